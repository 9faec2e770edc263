// Validates the compose file, the Kubernetes manifests and the Dockerfile; see .ci/check-deploy.
// Arguments: the root of the repository, and a folder to write the shell of the Dockerfile's RUN
// instructions to.
import { readFileSync, readdirSync, existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { DockerfileParser } from "dockerfile-ast";
import { validate as lintDockerfile } from "dockerfile-utils";
import { parse, parseAllDocuments } from "yaml";

const require = createRequire(import.meta.url);
const [root, shellFolder] = process.argv.slice(2);
const faults = [];
const read = (path) => readFileSync(join(root, path), "utf8");
const version = (name) => require(`./node_modules/${name}/package.json`).version;

function expect(condition, where, message) {
  if (!condition) {
    faults.push(`${where}: ${message}`);
  }
}

// An image without a tag, or with one that moves, is another one tomorrow.
const pinned = (image) => /:v?\d+\.\d+[^:]*$/.test(image) || image.includes("@sha256:");

// --- docker-compose.yml ---

const composeSchema = JSON.parse(
  readFileSync(new URL("node_modules/dclint/schemas/compose.schema.json", import.meta.url), "utf8"),
);
composeSchema.$schema = "http://json-schema.org/draft-07/schema#";
const ajv = new Ajv({ strict: false, allErrors: true, allowUnionTypes: true });
addFormats(ajv);
const composeValidator = ajv.compile(composeSchema);

function composeFaults(file) {
  if (composeValidator(file)) {
    return [];
  }
  return composeValidator.errors.map((e) => `${e.instancePath || "/"} ${e.message}`);
}

function interpolate(value) {
  if (typeof value === "string") {
    return value.replace(/\$\{\w+:-([^}]*)\}/g, "$1");
  }
  if (Array.isArray(value)) {
    return value.map(interpolate);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, interpolate(v)]));
  }
  return value;
}

const compose = interpolate(parse(read("docker-compose.yml"), { merge: true }));
composeFaults(compose).forEach((f) => expect(false, "docker-compose.yml", f));
const services = Object.entries(compose.services);
const stages = DockerfileParser.parse(read("Dockerfile"))
  .getFROMs()
  .map((f) => f.getBuildStage());

// What a container does not mount there, the engine keeps in a volume without a name.
const imageVolumes = DockerfileParser.parse(read("Dockerfile"))
  .getInstructions()
  .filter((i) => i.getKeyword() === "VOLUME")
  .flatMap((i) => JSON.parse(i.getArgumentsContent()));

function volumeFaults(service) {
  const mounted = [
    ...(service.volumes ?? []).map((v) => v.split(":")[1]),
    ...(service.tmpfs ?? []).map((t) => t.split(":")[0]),
  ];
  return imageVolumes
    .filter((volume) => !mounted.includes(volume))
    .map((volume) => `leaves ${volume} of the image to a volume without a name`);
}

for (const [name, service] of services) {
  const where = `docker-compose.yml: ${name}`;
  expect(!/\$\{/.test(JSON.stringify(service)), where, "has a variable without a default");
  expect(service.restart === "unless-stopped", where, "does not start again");
  expect(service.cap_drop?.includes("ALL"), where, "keeps capabilities");
  expect(service.security_opt?.includes("no-new-privileges:true"), where, "may gain privileges");
  expect(service.read_only === true || name === "kafka", where, "has a writable root");
  expect(service.healthcheck, where, "says nothing of its health");
  const limits = service.deploy?.resources?.limits;
  expect(limits?.cpus && limits?.memory && limits?.pids, where, "has no limits");
  if (service.build) {
    expect(stages.includes(service.build.target), where, `builds no stage of the Dockerfile`);
    expect(/^[1-9]\d*:[1-9]\d*$/.test(service.user), where, "runs as root");
    volumeFaults(service).forEach((f) => expect(false, where, f));
    expect(
      Object.keys(service.environment).every((k) => k.startsWith("VERDICT_")),
      where,
      "sets something other than settings",
    );
  } else {
    expect(pinned(service.image), where, `image ${service.image} is not pinned`);
  }
  for (const port of service.ports ?? []) {
    expect(port.startsWith("127.0.0.1:"), where, `publishes ${port} to the network`);
  }
  // The schema takes any text for these.
  const times = [service.stop_grace_period, ...["interval", "timeout", "start_period"].map((k) => service.healthcheck?.[k])];
  for (const time of times.filter((t) => t !== undefined)) {
    expect(/^(\d+(ms|s|m|h))+$/.test(time), where, `${time} is no duration`);
  }
  for (const other of Object.keys(service.depends_on ?? {})) {
    expect(compose.services[other], where, `depends on ${other}, which is not there`);
  }
  for (const volume of service.volumes ?? []) {
    const source = volume.split(":")[0];
    expect(
      source.startsWith("./") ? existsSync(join(root, source)) : source in compose.volumes,
      where,
      `mounts ${source}, which is not there`,
    );
  }
}
console.log(
  `docker-compose.yml: ${services.length} services, against the Compose specification's schema` +
    ` (as in dclint ${version("dclint")}) and this project's rules`,
);

// --- Grafana ---

// The newest schema of dashboards that each release knows, by which it would write them anew: LATEST_VERSION in
// apps/dashboard/pkg/migration/schemaversion/migrations.go of https://github.com/grafana/grafana. A newer
// one is not understood, an older one is migrated at each load.
const dashboardSchemas = { "12.4": 42 };

function grafanaFaults(image, dashboards) {
  const release = /^grafana\/grafana:(\d+\.\d+)\.\d+$/.exec(image)?.[1];
  const schema = dashboardSchemas[release];
  if (schema === undefined) {
    return [`the schema of dashboards of ${image} is not known here: look it up and add it`];
  }
  return Object.entries(dashboards)
    .filter(([, dashboard]) => dashboard.schemaVersion !== schema)
    .map(([file, d]) => `${file}: schemaVersion is ${d.schemaVersion}, that of Grafana ${release} is ${schema}`);
}

const dashboards = Object.fromEntries(
  readdirSync(join(root, "grafana/dashboards")).map((file) => [file, JSON.parse(read(`grafana/dashboards/${file}`))]),
);
const grafana = compose.services.grafana.image;
grafanaFaults(grafana, dashboards).forEach((f) => expect(false, "grafana/dashboards", f));
console.log(
  `grafana/dashboards: ${Object.keys(dashboards).join(", ")}, of the schema of ${grafana}`,
);

// --- Kubernetes ---

/** The data, and the set of the places in it that are read through it. */
function watched(data, path, seen) {
  if (data === null || typeof data !== "object") {
    return data;
  }
  return new Proxy(data, {
    get(target, key) {
      if (typeof key === "string" && Object.hasOwn(target, key)) {
        seen.add(`${path}/${key}`);
        return watched(target[key], `${path}/${key}`, seen);
      }
      return target[key];
    },
  });
}

function unread(data, path, seen) {
  if (data === null || typeof data !== "object") {
    return [];
  }
  return Object.keys(data).flatMap((key) =>
    seen.has(`${path}/${key}`) || (Array.isArray(data) && key === "length")
      ? unread(data[key], `${path}/${key}`, seen)
      : [`${path}/${key}`],
  );
}

// Kubernetes' schemas let unknown fields pass, and the API server drops them silently. The
// validators read every field that they know, so what is not read is not known.
async function kubernetesFaults(manifest) {
  const [group, v] = manifest.apiVersion.includes("/")
    ? manifest.apiVersion.split("/")
    : ["core", manifest.apiVersion];
  const capital = (s) => s[0].toUpperCase() + s.slice(1);
  const name = `IoK8sApi${capital(group)}${capital(v)}${manifest.kind}`;
  const { validate } = await import(`./node_modules/kubernetes-models/_schemas/${name}.js`);
  const seen = new Set();
  const valid = validate(watched(manifest, "", seen));
  return [
    ...(valid ? [] : validate.errors.map((e) => `${e.instancePath} ${e.keyword} ${JSON.stringify(e.params)}`)),
    ...unread(manifest, "", seen).map((field) => `${field} is not a field`),
  ];
}

const manifests = [];
for (const file of readdirSync(join(root, "deploy/kubernetes")).filter((f) => f.endsWith(".yaml"))) {
  for (const document of parseAllDocuments(read(`deploy/kubernetes/${file}`))) {
    document.errors.forEach((e) => expect(false, file, e.message));
    manifests.push([`deploy/kubernetes/${file}`, document.toJS()]);
  }
}
const named = (kind) => manifests.filter(([, m]) => m.kind === kind).map(([, m]) => m.metadata.name);
for (const [file, manifest] of manifests) {
  const where = `${file}: ${manifest.kind} ${manifest.metadata?.name}`;
  (await kubernetesFaults(manifest)).forEach((f) => expect(false, where, f));
  const pod = manifest.spec?.template?.spec;
  if (pod === undefined) {
    continue;
  }
  const labels = manifest.spec.template.metadata.labels;
  const selects = (selector) => Object.entries(selector).every(([k, v]) => labels[k] === v);
  expect(selects(manifest.spec.selector.matchLabels), where, "does not select its own pods");
  for (const kind of ["Service", "PodDisruptionBudget"]) {
    for (const [, other] of manifests.filter(([f, m]) => f === file && m.kind === kind)) {
      expect(selects(other.spec.selector.matchLabels ?? other.spec.selector), where, `${kind} misses its pods`);
    }
  }
  expect(pod.securityContext?.runAsNonRoot === true && pod.securityContext.runAsUser > 0, where, "may be root");
  expect(pod.enableServiceLinks === false, where, "is given variables of services, which are no settings");
  for (const volume of pod.volumes) {
    const claim = volume.persistentVolumeClaim?.claimName;
    expect(!claim || named("PersistentVolumeClaim").includes(claim), where, `claims ${claim}, which is not there`);
    const secret = volume.secret?.secretName;
    expect(!secret || named("Secret").includes(secret), where, `mounts ${secret}, which is not there`);
  }
  const volumes = [...pod.volumes, ...(manifest.spec.volumeClaimTemplates ?? []).map((t) => t.metadata)];
  for (const container of pod.containers) {
    const context = container.securityContext;
    expect(context?.readOnlyRootFilesystem === true, where, "has a writable root");
    expect(context?.allowPrivilegeEscalation === false, where, "may gain privileges");
    expect(context?.capabilities?.drop?.includes("ALL"), where, "keeps capabilities");
    expect(pinned(container.image), where, `image ${container.image} is not pinned`);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      const port = container[probe]?.httpGet?.port;
      expect(container.ports.some((p) => p.name === port), where, `${probe} asks no port of the container`);
    }
    expect(container.resources?.limits?.memory && container.resources.requests?.cpu, where, "has no resources");
    for (const { configMapRef } of container.envFrom ?? []) {
      expect(named("ConfigMap").includes(configMapRef.name), where, `reads ${configMapRef.name}, which is not there`);
    }
    for (const mount of container.volumeMounts) {
      expect(volumes.some((v) => v.name === mount.name), where, `mounts ${mount.name}, which is no volume`);
    }
  }
}
console.log(
  `deploy/kubernetes: ${manifests.map(([, m]) => m.kind).join(", ")}, against Kubernetes' own schemas` +
    ` (kubernetes-models ${version("kubernetes-models")}), unknown fields refused, and this project's rules`,
);

// --- Dockerfile ---

const text = read("Dockerfile");
const dockerfile = DockerfileParser.parse(text);
for (const fault of lintDockerfile(text)) {
  expect(false, `Dockerfile:${fault.range.start.line + 1}`, fault.message);
}
const defaults = Object.fromEntries(
  dockerfile.getARGs().map((a) => [a.getProperty()?.getName(), a.getProperty()?.getValue()]),
);
const external = [];
for (const from of dockerfile.getFROMs()) {
  const image = from.getImage().replace(/\$\{(\w+)\}/, (_, name) => defaults[name]);
  if (image !== "scratch" && !stages.includes(image)) {
    external.push(image);
    expect(pinned(image), "Dockerfile", `image ${image} is not pinned`);
  }
}
const users = dockerfile.getInstructions().filter((i) => i.getKeyword() === "USER");
expect(users.length > 0, "Dockerfile", "runs as root");
users.forEach((u) => expect(/^[1-9]\d*:[1-9]\d*$/.test(u.getArgumentsContent()), "Dockerfile", "USER is no number"));

// .dockerignore leaves everything out but what it names: what is copied has to be named, or be in a folder that is.
function copyFaults(source, ignored) {
  const named = ignored
    .filter((line) => line.startsWith("!"))
    .some((line) => source === line.slice(1) || source.startsWith(`${line.slice(1)}/`));
  return [
    ...(existsSync(join(root, source)) ? [] : [`nothing to copy at ${source}`]),
    ...(named || !ignored.includes("*") ? [] : [`${source} is copied, but .dockerignore leaves it out`]),
  ];
}

const ignored = read(".dockerignore").split("\n");
for (const copy of dockerfile.getCOPYs()) {
  const stage = copy.getFromFlag()?.getValue();
  const sources = copy.getArguments().slice(0, -1).map((a) => a.getValue());
  expect(stage === undefined || stages.includes(stage), "Dockerfile", `no stage ${stage}`);
  if (stage === undefined) {
    sources.flatMap((s) => copyFaults(s, ignored)).forEach((f) => expect(false, "Dockerfile", f));
  }
}
const runs = dockerfile.getInstructions().filter((i) => i.getKeyword() === "RUN");
runs.forEach((run, i) => {
  const shell = run.getArgumentsContent().replace(/^(--\S+\s+(\\\n\s*)?)+/, "");
  writeFileSync(join(shellFolder, `run-${i + 1}.sh`), `#!/bin/sh\n${shell}\n`);
});
console.log(
  `Dockerfile: linted (dockerfile-utils ${version("dockerfile-utils")}), stages ${stages.filter((s) => s).join(", ")}` +
    ` on ${[...new Set(external)].join(", ")}`,
);

// --- That these checks can fail ---

const spoil = (data, change) => {
  const copy = structuredClone(data);
  change(copy);
  return copy;
};
const stateful = manifests.find(([, m]) => m.kind === "StatefulSet")[1];
const mustFail = {
  "compose: unknown key": composeFaults(spoil(compose, (c) => (c.services.kafka.helthcheck = {}))),
  "compose: wrong type": composeFaults(spoil(compose, (c) => (c.services.kafka.read_only = [1]))),
  "compose: unknown resource": composeFaults(
    spoil(compose, (c) => (c.services.kafka.deploy.resources.limits.ram = "1g")),
  ),
  "compose: volume of the image without a name": volumeFaults(
    spoil(compose.services["streams-app"], (s) => s.volumes.splice(1, 1)),
  ),
  "grafana: another schema": grafanaFaults(grafana, spoil(dashboards, (d) => (d["quality.json"].schemaVersion = 41))),
  "grafana: unknown release": grafanaFaults("grafana/grafana:99.0.0", dashboards),
  "grafana: release that moves": grafanaFaults("grafana/grafana:latest", dashboards),
  "kubernetes: unknown field": await kubernetesFaults(
    spoil(stateful, (m) => (m.spec.template.spec.containers[0].livenesProbe = {})),
  ),
  "kubernetes: wrong type": await kubernetesFaults(spoil(stateful, (m) => (m.spec.replicas = "two"))),
  "kubernetes: missing field": await kubernetesFaults(spoil(stateful, (m) => delete m.spec.selector)),
  "dockerfile: copies what is ignored": copyFaults("cli", ignored.filter((line) => line !== "!cli")),
  "dockerfile: unknown instruction": lintDockerfile(text.replace("WORKDIR", "WORKDIRR")),
  "dockerfile: unknown flag": lintDockerfile(text.replace("--from=", "--form=")),
};
for (const [what, found] of Object.entries(mustFail)) {
  expect(found.length > 0, "This check itself", `does not find the fault "${what}"`);
}
console.log(`Each of ${Object.keys(mustFail).length} faults made on purpose was found`);

if (faults.length > 0) {
  console.error(faults.map((f) => `FAULT  ${f}`).join("\n"));
  process.exit(1);
}
