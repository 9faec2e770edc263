package dev.verdict.model;

/**
 * DistilBERT as a program in TorchScript's serialized dialect: one native call runs the whole
 * forward pass or a whole step of training. Weights are arguments, in the order of {@link
 * DistilBertParameters}.
 *
 * <p>For a classifier the last layer computes only what is read of it, the first token: its keys
 * and values come from every token, its query, its feed-forward layers and its LayerNorms from that
 * one. The results and gradients are those of the full layer.
 *
 * <p>Texts come packed, see {@link PackedBatch}: no product is spent on padding. Attention goes
 * over a run of texts at a time; only where their lengths differ, as in training, are they padded
 * for it.
 *
 * <p>A step computes the gradient of the words of its batch alone: a table of them all would be
 * zeroed, read for its norm and mostly hold nothing. The optimizer still moves every word, by a
 * table ({@code table}) that holds nothing but zeros between steps.
 *
 * <p>What {@code loss} computes depends on the setting {@code TASK}: 0 classifies texts ({@code
 * input} is token ids and positions, {@code extra} class weights), 1 classifies features (the
 * encoder's first tokens, computed before), 2 fills in masked words ({@code extra} is their places
 * among the packed tokens).
 */
final class DistilBertSource {
  /** The numbers that a step takes, one float64 tensor, by index. */
  enum Setting {
    TASK(0),
    DROPOUT(1),
    ATTENTION_DROPOUT(2),
    HEAD_DROPOUT(3),
    LABEL_SMOOTHING(4),
    BETA1(5),
    BETA2(6),
    EPSILON(7),
    MAX_GRADIENT_NORM(8),
    /** What a batch counts in a sum of gradients, or the newest weights in an average. */
    SHARE(9),
    CONSISTENCY(10);

    private final int index;

    Setting(int index) {
      this.index = index;
    }

    int index() {
      return index;
    }
  }

  /** The group of a weight that a step leaves alone. */
  static final int FROZEN = -1;

  /** A linear layer's weights and bias as its product in 8 bits wants them. */
  private static final String QUANTIZED =
      "__torch__.torch.classes.quantized.LinearPackedParamsBase";

  private static final String TEMPLATE =
      """
      def quantize(self: __torch__.Net,
          w: List[Tensor]) -> List[$QUANTIZED]:
        result = annotate(List[$QUANTIZED], [])
        for i in range($LAYERS):
          for offset in [0, 2, 4, 6, 10, 12]:
            at = torch.add(torch.add(torch.mul(i, 16), 4), offset)
            scale = torch.div(torch.clamp_min(torch.amax(torch.abs(w[at]), [1]), 9.9999999999999995e-08), 127.)
            zero = torch.to(torch.zeros_like(scale), $INT64)
            rounded = torch.quantize_per_channel(w[at], torch.to(scale, $FLOAT64), zero, 0, $QINT8)
            _0 = torch.append(result, ops.quantized.linear_prepack(rounded, w[torch.add(at, 1)]))
        return result
      def product(self: __torch__.Net,
          x: Tensor,
          w: List[Tensor],
          at: int,
          quantized: List[$QUANTIZED],
          index: int) -> Tensor:
        if torch.eq(torch.len(quantized), 0):
          result = torch.linear(x, w[at], w[torch.add(at, 1)])
        else:
          result = ops.quantized.linear_dynamic(x, quantized[index], $REDUCED)
        return result
      def drop_(self: __torch__.Net,
          x: Tensor,
          rate: float,
          masks: List[Tensor]) -> Tensor:
        if torch.gt(rate, 0.):
          result = torch.mul_(torch.masked_fill_(x, torch.pop(masks, 0), 0.), torch.div(1., torch.sub(1., rate)))
        else:
          result = x
        return result
      def padding(self: __torch__.Net,
          layout: Tensor,
          runs: List[int]) -> List[Tensor]:
        result = annotate(List[Tensor], [])
        none = torch.zeros([0], dtype=$INT64)
        start = torch.add(1, torch.mul(2, int(layout[0])))
        for i in range(torch.floordiv(torch.len(runs), 3)):
          texts = runs[torch.mul(i, 3)]
          length = runs[torch.add(torch.mul(i, 3), 1)]
          end = torch.add(start, texts)
          if torch.eq(torch.mul(texts, length), runs[torch.add(torch.mul(i, 3), 2)]):
            slots = none
            bias = none
            kept = none
          else:
            lengths = torch.unsqueeze(torch.slice(layout, 0, start, end), 1)
            real = torch.lt(torch.unsqueeze(torch.arange(length), 0), lengths)
            slots = torch.sub(torch.cumsum(torch.view(real, [-1]), 0), 1)
            bias = torch.view(torch.mul(torch.bitwise_not(real), -9.9999999999999998e+37), [texts, 1, 1, length])
            kept = torch.view(torch.nonzero(torch.view(real, [-1])), [-1])
          _0 = torch.append(result, slots)
          _1 = torch.append(result, bias)
          _2 = torch.append(result, kept)
          start = end
        return result
      def by_run(self: __torch__.Net,
          x: Tensor,
          runs: List[int],
          padding: List[Tensor],
          first_only: bool) -> List[Tensor]:
        sizes = annotate(List[int], [])
        for i in range(torch.floordiv(torch.len(runs), 3)):
          if first_only:
            size = runs[torch.mul(i, 3)]
          else:
            size = runs[torch.add(torch.mul(i, 3), 2)]
          _0 = torch.append(sizes, size)
        parts = torch.split_with_sizes(x, sizes, 0)
        result = annotate(List[Tensor], [])
        for i in range(torch.len(parts)):
          slots = padding[torch.mul(i, 3)]
          if torch.__or__(first_only, torch.eq(torch.numel(slots), 0)):
            part = parts[i]
          else:
            part = torch.embedding(parts[i], slots)
          _1 = torch.append(result, part)
        return result
      def attend(self: __torch__.Net,
          q: List[Tensor],
          k: List[Tensor],
          v: List[Tensor],
          runs: List[int],
          padding: List[Tensor],
          first_only: bool,
          rate: float,
          masks: List[Tensor]) -> Tensor:
        parts = annotate(List[Tensor], [])
        for i in range(torch.len(q)):
          texts = runs[torch.mul(i, 3)]
          bias = padding[torch.add(torch.mul(i, 3), 1)]
          padded = torch.gt(torch.numel(bias), 0)
          q0 = torch.transpose(torch.view(q[i], [texts, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          k0 = torch.transpose(torch.view(k[i], [texts, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          v0 = torch.transpose(torch.view(v[i], [texts, -1, $HEADS, $HEAD_WIDTH]), 1, 2)
          if torch.gt(rate, 0.):
            scores = torch.matmul(torch.mul(q0, $ATTENTION_SCALE), torch.transpose(k0, 2, 3))
            if padded:
              scores0 = torch.add_(scores, bias)
            else:
              scores0 = scores
            shares = torch.masked_fill(torch.softmax(scores0, 3), torch.pop(masks, 0), 0.)
            a = torch.matmul(shares, torch.mul(v0, torch.div(1., torch.sub(1., rate))))
          else:
            if padded:
              hidden : Optional[Tensor] = bias
            else:
              hidden = annotate(Optional[Tensor], None)
            a = torch.scaled_dot_product_attention(q0, k0, v0, hidden, 0., False)
          a0 = torch.reshape(torch.transpose(a, 1, 2), [-1, $WIDTH])
          if torch.__and__(padded, torch.__not__(first_only)):
            a1 = torch.embedding(a0, padding[torch.add(torch.mul(i, 3), 2)])
          else:
            a1 = a0
          _0 = torch.append(parts, a1)
        return torch.cat(parts, 0)
      def layer(self: __torch__.Net,
          x: Tensor,
          firsts: Tensor,
          runs: List[int],
          padding: List[Tensor],
          w: List[Tensor],
          at: int,
          quantized: List[$QUANTIZED],
          quantized_at: int,
          first_only: bool,
          dropout: float,
          attention_dropout: float,
          masks: List[Tensor]) -> Tensor:
        if first_only:
          y = torch.index_select(x, 0, firsts)
        else:
          y = x
        if torch.__and__(torch.is_grad_enabled(), torch.__not__(first_only)):
          weight = torch.cat([w[at], w[torch.add(at, 2)], w[torch.add(at, 4)]], 0)
          bias = torch.cat([w[torch.add(at, 1)], w[torch.add(at, 3)], w[torch.add(at, 5)]], 0)
          q = annotate(List[Tensor], [])
          k = annotate(List[Tensor], [])
          v = annotate(List[Tensor], [])
          for together in (self).by_run(torch.linear(x, weight, bias), runs, padding, False, ):
            q1, k1, v1, = torch.split(together, $WIDTH, 1)
            _0 = torch.append(q, q1)
            _1 = torch.append(k, k1)
            _2 = torch.append(v, v1)
        else:
          q = (self).by_run((self).product(y, w, at, quantized, quantized_at, ), runs, padding, first_only, )
          k = (self).by_run((self).product(x, w, torch.add(at, 2), quantized, torch.add(quantized_at, 1), ), runs, padding, False, )
          v = (self).by_run((self).product(x, w, torch.add(at, 4), quantized, torch.add(quantized_at, 2), ), runs, padding, False, )
        a = (self).attend(q, k, v, runs, padding, first_only, attention_dropout, masks, )
        a0 = (self).product(a, w, torch.add(at, 6), quantized, torch.add(quantized_at, 3), )
        s = torch.layer_norm(torch.add_(a0, y), [$WIDTH], w[torch.add(at, 8)], w[torch.add(at, 9)], 9.9999999999999998e-13)
        h = (self).product(s, w, torch.add(at, 10), quantized, torch.add(quantized_at, 4), )
        if torch.is_grad_enabled():
          f = torch.gelu(h)
        else:
          f = torch.gelu_(h)
        f0 = (self).product(f, w, torch.add(at, 12), quantized, torch.add(quantized_at, 5), )
        f1 = (self).drop_(f0, dropout, masks, )
        return torch.layer_norm(torch.add_(f1, s), [$WIDTH], w[torch.add(at, 14)], w[torch.add(at, 15)], 9.9999999999999998e-13)
      def runs(self: __torch__.Net,
          layout: Tensor) -> List[int]:
        result = annotate(List[int], [])
        for i in range(torch.add(1, torch.mul(3, int(layout[0]))), torch.numel(layout)):
          _0 = torch.append(result, int(layout[i]))
        return result
      def encode(self: __torch__.Net,
          ids: Tensor,
          layout: Tensor,
          w: List[Tensor],
          pad: int,
          quantized: List[$QUANTIZED],
          dropout: float,
          attention_dropout: float,
          masks: List[Tensor],
          first_only: bool) -> Tensor:
        e = torch.add_(torch.embedding(w[0], ids[0], pad), torch.embedding(w[1], ids[1]))
        e0 = torch.layer_norm(e, [$WIDTH], w[2], w[3], 9.9999999999999998e-13)
        rows = int(layout[0])
        firsts = torch.slice(layout, 0, 1, torch.add(rows, 1))
        runs = (self).runs(layout, )
        padding = (self).padding(layout, runs, )
        x = (self).drop_(e0, dropout, masks, )
        for i in range($LAYERS):
          at = torch.add(torch.mul(i, 16), 4)
          last = torch.__and__(first_only, torch.eq(i, $LAST))
          x = (self).layer(x, firsts, runs, padding, w, at, quantized, torch.mul(i, 6), last, dropout, attention_dropout, masks, )
        if first_only:
          places = torch.slice(layout, 0, torch.add(rows, 1), torch.add(torch.mul(2, rows), 1))
          result = torch.index_select(x, 0, places)
        else:
          result = x
        return result
      def features(self: __torch__.Net,
          ids: Tensor,
          layout: Tensor,
          w: List[Tensor]) -> Tensor:
        none = annotate(List[$QUANTIZED], [])
        return (self).encode(ids, layout, w, -1, none, 0., 0., annotate(List[Tensor], []), True, )
      def head(self: __torch__.Net,
          first: Tensor,
          w: List[Tensor],
          head_dropout: float,
          masks: List[Tensor]) -> Tensor:
        p = torch.relu(torch.linear(first, w[$HEAD_AT], w[torch.add($HEAD_AT, 1)]))
        p0 = (self).drop_(torch.clone(p), head_dropout, masks, )
        return torch.linear(p0, w[torch.add($HEAD_AT, 2)], w[torch.add($HEAD_AT, 3)])
      def forward(self: __torch__.Net,
          ids: Tensor,
          layout: Tensor,
          w: List[Tensor]) -> Tensor:
        return (self).head((self).features(ids, layout, w, ), w, 0., annotate(List[Tensor], []), )
      def forward_int8(self: __torch__.Net,
          ids: Tensor,
          layout: Tensor,
          w: List[Tensor],
          quantized: List[$QUANTIZED]) -> Tensor:
        return (self).head((self).encode(ids, layout, w, -1, quantized, 0., 0., annotate(List[Tensor], []), True, ), w, 0., annotate(List[Tensor], []), )
      def head_logits(self: __torch__.Net,
          first: Tensor,
          w: List[Tensor]) -> Tensor:
        return (self).head(first, w, 0., annotate(List[Tensor], []), )
      def class_loss(self: __torch__.Net,
          logits: Tensor,
          labels: Tensor,
          class_weights: Tensor,
          settings: Tensor) -> Tensor:
        none = annotate(Optional[Tensor], None)
        if torch.gt(torch.numel(class_weights), 0):
          c : Optional[Tensor] = class_weights
        else:
          c = none
        loss = torch.cross_entropy_loss(logits, labels, c, 1, -100, float(settings[$LABEL_SMOOTHING]))
        consistency = float(settings[$CONSISTENCY])
        if torch.gt(consistency, 0.):
          passes = torch.chunk(torch.log_softmax(logits, 1), 2, 0)
          differences = torch.mul(torch.sub(torch.exp(passes[0]), torch.exp(passes[1])), torch.sub(passes[0], passes[1]))
          divergence = torch.mean(torch.sum(differences, [1]))
          result = torch.add(loss, torch.mul(divergence, torch.mul(consistency, 0.25)))
        else:
          result = loss
        return result
      def unmask_loss(self: __torch__.Net,
          ids: Tensor,
          layout: Tensor,
          words: Tensor,
          positions: Tensor,
          dropout: float,
          attention_dropout: float,
          masks: List[Tensor],
          w: List[Tensor]) -> Tensor:
        none = annotate(List[$QUANTIZED], [])
        x = (self).encode(ids, layout, w, $PAD_ID, none, dropout, attention_dropout, masks, False, )
        masked = torch.index_select(x, 0, positions)
        t = torch.gelu(torch.linear(masked, w[$HEAD_AT], w[torch.add($HEAD_AT, 1)]))
        n = torch.layer_norm(t, [$WIDTH], w[torch.add($HEAD_AT, 2)], w[torch.add($HEAD_AT, 3)], 9.9999999999999998e-13)
        logits = torch.linear(n, w[0], w[torch.add($HEAD_AT, 4)])
        none = annotate(Optional[Tensor], None)
        return torch.cross_entropy_loss(logits, words, none, 1, -100, 0.)
      def loss(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          masks: List[Tensor],
          w: List[Tensor],
          pad: int) -> Tensor:
        dropout = float(settings[$DROPOUT])
        attention_dropout = float(settings[$ATTENTION_DROPOUT])
        head_dropout = float(settings[$HEAD_DROPOUT])
        task = int(settings[$TASK])
        if torch.eq(task, 2):
          result = (self).unmask_loss(input, layout, targets, extra, dropout, attention_dropout, masks, w, )
        else:
          if torch.eq(task, 1):
            first = input
          else:
            none = annotate(List[$QUANTIZED], [])
            first = (self).encode(input, layout, w, pad, none, dropout, attention_dropout, masks, True, )
          logits = (self).head(first, w, head_dropout, masks, )
          result = (self).class_loss(logits, targets, extra, settings, )
        return result
      def loss_without_dropout(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          w: List[Tensor]) -> Tensor:
        return (self).loss(input, layout, targets, extra, settings, annotate(List[Tensor], []), w, -1, )
      def gradients(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          masks: List[Tensor],
          w: List[Tensor],
          pad: int,
          trained: List[Tensor]) -> List[Tensor]:
        grad_mode = torch.is_grad_enabled()
        torch.set_grad_enabled(True)
        loss = (self).loss(input, layout, targets, extra, settings, masks, w, pad, )
        grads = torch.grad([loss], trained)
        torch.set_grad_enabled(grad_mode)
        result = annotate(List[Tensor], [torch.detach(loss)])
        for i in range(torch.len(grads)):
          grad = grads[i]
          if torch.__isnot__(grad, None):
            g = unchecked_cast(Tensor, grad)
          else:
            g = torch.zeros_like(trained[i])
          _0 = torch.append(result, g)
        return result
      def chosen(self: __torch__.Net,
          groups: Tensor,
          tensors: List[Tensor]) -> List[Tensor]:
        result = annotate(List[Tensor], [])
        for i in range(torch.len(tensors)):
          if torch.ge(int(groups[i]), 0):
            _1 = torch.append(result, tensors[i])
        return result
      def batch_gradients(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          masks: List[Tensor],
          groups: Tensor,
          w: List[Tensor]) -> List[Tensor]:
        trained = (self).chosen(groups, w, )
        if torch.__and__(torch.eq(int(settings[$TASK]), 0), torch.ge(int(groups[0]), 0)):
          words, places, counts, = torch._unique2(input[0], True, True, False)
          rows = torch.requires_grad_(torch.index_select(torch.detach(w[0]), 0, words), True)
          w0 = torch.slice(w, 0)
          _0 = torch._set_item(w0, 0, rows)
          _1 = torch._set_item(trained, 0, rows)
          input0 = torch.stack([places, input[1]])
          result = (self).gradients(input0, layout, targets, extra, settings, masks, w0, -1, trained, )
          padding = torch.unsqueeze(torch.eq(words, $PAD_ID), 1)
          _2 = torch._set_item(result, 1, torch.masked_fill(result[1], padding, 0.))
          _3 = torch.insert(result, 1, words)
        else:
          result = (self).gradients(input, layout, targets, extra, settings, masks, w, $PAD_ID, trained, )
          _4 = torch.insert(result, 1, torch.zeros([0], dtype=$INT64))
        return result
      def step(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          masks: List[Tensor],
          groups: Tensor,
          rates: Tensor,
          w: List[Tensor],
          m: List[Tensor],
          v: List[Tensor],
          steps: List[Tensor],
          table: Tensor) -> List[Tensor]:
        results = (self).batch_gradients(input, layout, targets, extra, settings, masks, groups, w, )
        return (self).apply(results[0], results[1], torch.slice(results, 2), settings, groups, rates, w, m, v, steps, table, )
      def accumulate(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          masks: List[Tensor],
          groups: Tensor,
          w: List[Tensor],
          sums: List[Tensor]) -> List[Tensor]:
        results = (self).batch_gradients(input, layout, targets, extra, settings, masks, groups, w, )
        words = results[1]
        into = (self).chosen(groups, sums, )
        grads = torch.slice(results, 2)
        share = float(settings[$SHARE])
        grad_mode = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        if torch.gt(torch.numel(words), 0):
          _5 = torch.index_add_(sums[0], 0, words, grads[0], alpha=share)
          into0 = torch.slice(into, 1)
          grads0 = torch.slice(grads, 1)
        else:
          into0 = into
          grads0 = grads
        if torch.gt(torch.len(into0), 0):
          torch._foreach_add_(into0, grads0, alpha=share)
          changed = torch.detach(torch.select(torch.view(into0[0], [-1]), 0, 0))
        else:
          changed = results[0]
        torch.set_grad_enabled(grad_mode)
        return [results[0], changed]
      def apply_sums(self: __torch__.Net,
          settings: Tensor,
          groups: Tensor,
          rates: Tensor,
          w: List[Tensor],
          m: List[Tensor],
          v: List[Tensor],
          steps: List[Tensor],
          sums: List[Tensor]) -> List[Tensor]:
        none = torch.zeros([0], dtype=$INT64)
        result = (self).apply(settings, none, (self).chosen(groups, sums, ), settings, groups, rates, w, m, v, steps, none, )
        torch._foreach_zero_(sums)
        _2 = torch.append(result, torch.detach(torch.select(torch.view(sums[0], [-1]), 0, 0)))
        return result
      def apply(self: __torch__.Net,
          loss: Tensor,
          words: Tensor,
          grads: List[Tensor],
          settings: Tensor,
          groups: Tensor,
          rates: Tensor,
          w: List[Tensor],
          m: List[Tensor],
          v: List[Tensor],
          steps: List[Tensor],
          table: Tensor) -> List[Tensor]:
        grad_mode = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        norms = torch._foreach_norm(grads, 2)
        norm = torch.norm(torch.stack(norms), 2)
        changed = annotate(List[Tensor], [loss, norm])
        finite = torch.__and__(bool(torch.all(torch.isfinite(loss))), bool(torch.isfinite(norm)))
        if finite:
          max_norm = float(settings[$MAX_GRADIENT_NORM])
          if torch.gt(max_norm, 0.):
            if torch.gt(float(norm), max_norm):
              torch._foreach_mul_(grads, torch.div(max_norm, torch.add(float(norm), 9.9999999999999995e-07)))
          by_words = torch.gt(torch.numel(words), 0)
          if by_words:
            _9 = torch.index_copy_(table, 0, words, grads[0])
            _10 = torch._set_item(grads, 0, table)
          for group in range(torch.size(rates, 0)):
            next = 0
            p1 = annotate(List[Tensor], [])
            g1 = annotate(List[Tensor], [])
            m1 = annotate(List[Tensor], [])
            v1 = annotate(List[Tensor], [])
            s1 = annotate(List[Tensor], [])
            for j in range(torch.len(w)):
              mine = int(groups[j])
              if torch.eq(mine, group):
                _3 = torch.append(p1, w[j])
                _4 = torch.append(g1, grads[next])
                _5 = torch.append(m1, m[j])
                _6 = torch.append(v1, v[j])
                _7 = torch.append(s1, steps[j])
              if torch.ge(mine, 0):
                next = torch.add(next, 1)
            rate = torch.select(rates, 0, group)
            c = (self).adam(p1, g1, m1, v1, s1, settings, float(rate[0]), float(rate[1]), )
            _8 = torch.append(changed, c)
          if by_words:
            _11 = torch.index_fill_(table, 0, words, 0)
        torch.set_grad_enabled(grad_mode)
        return changed
      def adam(self: __torch__.Net,
          w: List[Tensor],
          grads: List[Tensor],
          m: List[Tensor],
          v: List[Tensor],
          steps: List[Tensor],
          settings: Tensor,
          lr: float,
          weight_decay: float) -> Tensor:
        beta1 = float(settings[$BETA1])
        beta2 = float(settings[$BETA2])
        eps = float(settings[$EPSILON])
        if torch.gt(torch.len(w), 0):
          torch._foreach_add_(steps, 1)
          none = annotate(List[Tensor], [])
          torch._fused_adamw_(w, grads, m, v, none, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
          changed = torch.detach(torch.select(torch.view(w[0], [-1]), 0, 0))
        else:
          changed = settings
        return changed
      def average(self: __torch__.Net,
          settings: Tensor,
          w: List[Tensor],
          m: List[Tensor]) -> List[Tensor]:
        grad_mode = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        torch._foreach_lerp_(m, w, float(settings[$SHARE]))
        torch.set_grad_enabled(grad_mode)
        return [torch.detach(torch.select(torch.view(m[0], [-1]), 0, 0))]
      def all_gradients(self: __torch__.Net,
          input: Tensor,
          layout: Tensor,
          targets: Tensor,
          extra: Tensor,
          settings: Tensor,
          masks: List[Tensor],
          w: List[Tensor]) -> List[Tensor]:
        return (self).gradients(input, layout, targets, extra, settings, masks, w, $PAD_ID, w, )
      """;

  // TorchScript's dead-code elimination does not see that the optimizer writes through a list made
  // in the program, and drops the call unless the program returns something of what it wrote.
  private DistilBertSource() {}

  private static double attentionScale(DistilBertConfig config) {
    return 1 / Math.sqrt((double) config.width() / config.heads());
  }

  /**
   * The program for one size of model.
   *
   * @param reducedRange whether what goes into a product of 8 bits is rounded to 7, see {@link
   *     EightBitSums}
   */
  static String of(DistilBertConfig config, boolean reducedRange) {
    String source =
        ScalarTypes.in(TEMPLATE)
            .replace("$HEADS", Integer.toString(config.heads()))
            .replace("$ATTENTION_SCALE", Double.toString(attentionScale(config)))
            .replace("$HEAD_WIDTH", Integer.toString(config.width() / config.heads()))
            .replace("$HEAD_AT", Integer.toString(4 + 16 * config.layers()))
            .replace("$WIDTH", Integer.toString(config.width()))
            .replace("$QUANTIZED", QUANTIZED)
            .replace("$REDUCED", reducedRange ? "True" : "False")
            .replace("$PAD_ID", Integer.toString(config.padTokenId()))
            .replace("$LAYERS", Integer.toString(config.layers()))
            .replace("$LAST", Integer.toString(config.layers() - 1));
    for (Setting setting : Setting.values()) {
      source = source.replace("[$" + setting.name() + "]", "[" + setting.index() + "]");
    }
    return source;
  }
}
