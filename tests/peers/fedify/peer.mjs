// A small fediverse server on Fedify, for tests: told what to do by lines of JSON, one answer to each, until its input ends.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { configure } from "@logtape/logtape";
import { Deeds } from "./deeds.mjs";
import { Mailbox } from "./mailbox.mjs";
import { Instance } from "./people.mjs";
import { noteRequests, serve } from "./wire.mjs";

const { values: options } = parseArgs({
  options: {
    cert: { type: "string" },
    key: { type: "string" },
    form: { type: "string" }, // of HTTP signatures: what is tried first, and all that is taken
    log: { type: "string", default: "warning" },
  },
});

const complain = ({ level, message }) => process.stderr.write(`${level}: ${message.map(String).join("")}\n`);
await configure({
  sinks: { complain },
  loggers: [
    { category: ["logtape", "meta"], lowestLevel: "fatal" },
    { category: "fedify", lowestLevel: options.log, sinks: ["complain"] },
  ],
});

const made = noteRequests();
const instance = new Instance(options.form);
const mailbox = new Mailbox(instance, [options.form]);
const { origin } = await serve((request) => mailbox.handle(request), options);
await instance.start(origin);
const deeds = new Deeds(instance, mailbox, made);
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

say({ told: { origin } });
for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...how } = JSON.parse(line);
  try {
    say({ told: (await deeds[deed](how)) ?? null });
  } catch (error) {
    say({ failed: error.stack });
  }
}
process.exit(0);
