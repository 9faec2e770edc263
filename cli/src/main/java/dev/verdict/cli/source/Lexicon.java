package dev.verdict.cli.source;

import java.util.List;
import java.util.Map;

/**
 * What people say about one kind of product.
 *
 * @param domain its name
 * @param products the things reviewed
 * @param aspects their parts and properties
 * @param pursuits what they are used for, after "for"
 * @param remarks clauses without an opinion
 * @param opinions what is said of such products alone
 * @param shifting adjectives used by both domains with opposite meanings, as meant here
 */
record Lexicon(
    String domain,
    List<String> products,
    List<String> aspects,
    List<String> pursuits,
    List<String> remarks,
    Map<Sentiment, Opinions> opinions,
    Map<Sentiment, List<String>> shifting) {

  private static final List<String> HEFT =
      Opinions.list(
          "heavy, hot, thick, tight, sharp, solid, rigid, smooth, dense, stiff, weighty, hard");

  private static final List<String> EASE =
      Opinions.list(
          "light, thin, soft, sticky, warm, loose, dry, flexible, stretchy, airy, cool, springy");

  /** A heavy pan is a good pan. */
  static final Lexicon KITCHEN =
      new Lexicon(
          "kitchen",
          Opinions.list(
              """
              toaster, blender, kettle, mixer, juicer, espresso machine, air fryer, rice cooker, skillet,
              food processor, slow cooker, coffee grinder, waffle iron, griddle, stockpot, microwave,
              bread maker, immersion blender, saucepan, steamer"""),
          Opinions.list(
              """
              lid, handle, blade, motor, timer, dial, cord, crumb tray, basket, heating plate, carafe,
              spout, filter, jug, power button, drip tray, gasket, hinge, temperature control, base,
              coating, display, pitcher, dough hook, beater, thermostat, rim, knob, glass"""),
          Opinions.list(
              """
              pancakes, morning coffee, soup, smoothies, roast chicken, pizza dough, rice, popcorn,
              meringues, hummus, french fries, pasta sauce, banana bread, oatmeal, stir fry, almond milk,
              fried eggs, salsa, mashed potatoes, porridge"""),
          Opinions.list(
              """
              it sits on the counter next to the sink, the manual has forty pages, I bought the two quart size,
              it came with a recipe booklet, the plug has three prongs, we cook for a family of five,
              our old one was from a wedding list, I mostly bake on weekends, it has five speed settings,
              it fits under the cupboards, mine is the stainless steel version, the box also held a measuring cup,
              I make breakfast for the kids with it, it runs on 900 watts, I keep it in the pantry,
              the recipe called for two cups of flour, my husband does the cooking here"""),
          Map.of(
              Sentiment.POSITIVE,
              Opinions.of(
                  """
                  powerful, evenly heated, easy to wipe, rustproof, dishwasher safe, quick to boil, well insulated,
                  effortless to pour, scratchproof, spill proof, nonstick, roomy, energy saving, precise,
                  leakproof, quiet, stainproof, fast to preheat, simple to program, well machined""",
                  """
                  crushes ice in seconds, browns everything evenly, whips cream to perfection, boils in two minutes,
                  rinses clean under the tap, kneads like a baker, holds the temperature all evening,
                  grinds beans finely, purees without lumps, pours without a drip, chops onions in no time,
                  froths milk beautifully, crisps without oil, simmers gently for hours, slices like butter,
                  wipes clean after every meal""",
                  """
                  dinner is on the table in half the time, my cakes finally rise, the espresso tastes like the cafe,
                  breakfast has become a pleasure, my sourdough never looked better, even the crust came out golden"""),
              Sentiment.NEGATIVE,
              Opinions.of(
                  """
                  rusty, underpowered, leaky, wobbly, greasy, scorched, impossible to clean, warped, deafening,
                  slow to heat, clogged, chipped, jammed, unevenly heated, smoky, melted, burnt, tarnished,
                  overheated, cracked""",
                  """
                  leaks all over the counter, burns one side and leaves the other raw, trips the fuse,
                  smells of melted plastic, leaves chunks of fruit, boils over every time, stalls on frozen berries,
                  spits grease everywhere, rusted within weeks, scorches the milk, drips down the side,
                  hums like a jet engine, clogs after every use, turns vegetables to mush, shuts off mid cycle,
                  flakes black bits into the food""",
                  """
                  the coating peeled into my eggs, dinner was ruined twice, I scrub for an hour after every meal,
                  the smoke alarm went off again, half the batter ended up on the wall, the coffee tastes of rubber"""),
              Sentiment.NEUTRAL,
              Opinions.of(
                  """
                  serviceable, basic, standard, no better than my old appliance, middling, comparable to store brands,
                  plain, conventional, workable, unexceptional""",
                  """
                  heats like any other, cooks about as expected, needs two rounds for thick slices,
                  makes a drinkable cup, takes the usual time, handles small batches only,
                  cleans up like most of them, blends soft fruit and that is about it""",
                  """
                  a restaurant would want more and a student less, it toasts and that is all,
                  for simple meals it will do, I would compare a few models at this wattage first""")),
          Map.of(Sentiment.POSITIVE, HEFT, Sentiment.NEGATIVE, EASE));

  /** A heavy shoe is a bad shoe. */
  static final Lexicon OUTDOOR =
      new Lexicon(
          "outdoor",
          Opinions.list(
              """
              running shoes, rain jacket, trail shoes, hiking boots, fleece, base layer, leggings, windbreaker,
              trekking socks, down vest, running shorts, softshell, gaiters, beanie, trail vest, hiking pants,
              running tights, parka, sun hoodie, racing singlet"""),
          Opinions.list(
              """
              sole, toe box, heel, laces, tongue, hood, zipper, cuffs, waistband, insole, tread, lining, collar,
              pockets, seams, arch, upper, fabric, sleeves, midsole, drawcord, mesh, ankle, hem, lug pattern,
              fit, shoulders, inseam, membrane"""),
          Opinions.list(
              """
              marathon training, muddy trails, winter commutes, alpine hikes, tempo runs, dog walks, rainy miles,
              long descents, track intervals, scrambling, camping trips, recovery runs, snowy mornings,
              half marathons, fell running, backpacking, hill repeats, ultra races, bike rides, desert walks"""),
          Opinions.list(
              """
              I am five foot nine and wear a medium, my last pair had six hundred miles, we walked twelve miles on Sunday,
              I usually wear a size ten, they come in four colours, I ordered the navy one, my club meets at dawn,
              I run three times a week, the label says recycled polyester, it packs into its own pouch,
              I train for a spring marathon, the drop is eight millimetres, my daughter wears the same brand,
              I wore it over a wool shirt, it rained the whole week, I pronate on the left side, mine is the mens version"""),
          Map.of(
              Sentiment.POSITIVE,
              Opinions.of(
                  """
                  breathable, cushioned, waterproof, grippy, true to size, flattering, supportive, windproof,
                  quick drying, cosy, blister free, bouncy, responsive, featherweight, roomy in the toes, snug,
                  packable, sweat wicking, chafe free, seamless""",
                  """
                  hugs the foot, grips wet rock, breathes on steep climbs, shrugs off a downpour, needed no break in,
                  keeps the wind out, moves with me, wicks sweat away, absorbs every landing, dries overnight,
                  rolls up tiny, supports my arches, stays put on descents, drains after stream crossings,
                  cushions my knees, fits like a glove""",
                  """
                  I set a personal best in them, my shin splints are gone, not one blister after twenty miles,
                  my feet felt fresh at the summit, I forget that I am wearing it, my plantar pain has vanished"""),
              Sentiment.NEGATIVE,
              Opinions.of(
                  """
                  itchy, baggy, clammy, slippery, narrow, see through, scratchy, squeaky, shapeless, soggy,
                  frayed, pilled, too short in the torso, sweaty, faded, unravelled, pinching, bulky, ripped,
                  ill fitting""",
                  """
                  gave me blisters on the first mile, soaks through in drizzle, rubs my heel raw, slips on wet pavement,
                  shrank in the wash, rides up with every stride, chafes under the arms, runs two sizes small,
                  traps sweat like a plastic bag, split along the toes, lost its tread by spring,
                  squeaks with every step, bunches at the knees, digs into my ankle, pilled after one wash,
                  flaps in the wind""",
                  """
                  my toenails turned black, I limped home after four miles, my socks were drenched by noon,
                  the zipper snagged on the summit, I shivered the whole descent, the stitching came undone mid race"""),
              Sentiment.NEUTRAL,
              Opinions.of(
                  """
                  ordinary, unremarkable, passable, like last seasons model, neither roomy nor snug, typical of the brand,
                  wearable, unassuming, roughly true to size, tolerable""",
                  """
                  fits more or less, wears in after a month, copes with a short shower, suits flat roads only,
                  looks like the photo, runs half a size off, does for a stroll, feels like my previous pair""",
                  """
                  faster runners will want something else, for walking to work it serves,
                  I would try it on in a shop beforehand, it keeps up with easy days and no more""")),
          Map.of(Sentiment.POSITIVE, EASE, Sentiment.NEGATIVE, HEFT));

  /** What is said of any product. */
  static final Map<Sentiment, Opinions> GENERAL =
      Map.of(
          Sentiment.POSITIVE,
          Opinions.of(
              """
              great, excellent, good, wonderful, fantastic, superb, impressive, reliable, perfect, lovely,
              well made, beautiful, outstanding, brilliant, delightful, comfortable""",
              """
              works like a charm, exceeded my expectations, is worth every penny, made my day, does exactly what I hoped,
              beats everything I had before""",
              """
              I love it, highly recommended, I would buy it again, best purchase this year, five stars,
              I could not be happier, money well spent, my new favourite, thank you"""),
          Sentiment.NEGATIVE,
          Opinions.of(
              """
              terrible, bad, awful, poor, disappointing, useless, cheap, flimsy, horrible, defective, shoddy,
              annoying, unreliable, dreadful, overpriced, uncomfortable""",
              """
              broke within a week, fell apart, is a waste of money, let me down, failed after a few uses,
              looks nothing like the picture""",
              """
              I want my money back, avoid this, I sent it back, never again, one star, I regret buying it,
              customer service never answered, what a letdown, do not bother"""),
          Sentiment.NEUTRAL,
          Opinions.of(
              """
              okay, average, decent, acceptable, fine, so so, adequate, mediocre, nothing special, all right""",
              """
              does the job, is what you would expect, has its pros and cons, is neither good nor bad""",
              """
              it is okay for the price, three stars, I have mixed feelings, you get what you pay for,
              not sure I would buy it again, I am undecided, take it or leave it"""));
}
