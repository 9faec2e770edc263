// Prints what the containers of docker-compose.yml that are built here would run, one JSON object a line:
// {service, command, environment, health, grace}, the image's own environment included; see .ci/check-services.
// Variables of the file come from the environment, as with Compose. Argument: the root of the repository.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { parse } from "yaml";

const [root] = process.argv.slice(2);
const read = (path) => readFileSync(join(root, path), "utf8");
const text = read("docker-compose.yml").replace(
  /\$\{(\w+):-([^}]*)\}/g,
  (_, name, fallback) => process.env[name] || fallback,
);
const compose = parse(text, { merge: true });
const dockerfile = DockerfileParser.parse(read("Dockerfile"));

/** The instructions of a stage and of those that it is made from, oldest first. */
function instructions(stage) {
  const froms = dockerfile.getFROMs();
  const index = froms.findIndex((f) => f.getBuildStage() === stage);
  if (index < 0) {
    return [];
  }
  const end = froms[index + 1]?.getRange().start.line ?? Infinity;
  const start = froms[index].getRange().start.line;
  const own = dockerfile.getInstructions().filter((i) => {
    const { line } = i.getRange().start;
    return line >= start && line < end;
  });
  return [...instructions(froms[index].getImage()), ...own];
}

function imageEnvironment(stage) {
  const pairs = instructions(stage)
    .filter((i) => i.getKeyword() === "ENV")
    .flatMap((i) => i.getProperties())
    .map((p) => [p.getName(), p.getValue()]);
  return Object.fromEntries(pairs);
}

for (const [service, { build, command, environment, healthcheck, stop_grace_period: grace, profiles }] of Object.entries(
  compose.services,
)) {
  if (build && !profiles?.includes("gpu")) {
    const health = healthcheck?.test?.slice(1) ?? [];
    const whole = { ...imageEnvironment(build.target), ...environment };
    console.log(JSON.stringify({ service, command, environment: whole, health, grace: grace ?? "10s" }));
  }
}
