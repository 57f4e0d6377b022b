// The routes as Kaoto writes them when they are saved, so that a save there changes what was edited, and nothing else.
//
//   npm ci --prefix docs/tools/kaoto
//   node docs/tools/kaoto/save.mjs src/main/resources/routes/portal/*.camel.yaml          names the files that a save would change
//   node docs/tools/kaoto/save.mjs --write src/main/resources/routes/portal/*.camel.yaml  writes them
//
// What is below is what @kaoto/kaoto 2.7.1 does in YamlCamelResourceSerializer, CamelRouteResource and EntityOrderingService: the library
// `yaml` with the schema of YAML 1.1, an order of keys, an order of entries, and comments at the head only.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

const KEYS = ['id', 'description', 'uri', 'parameters', 'steps'];
const ENTRIES = ['restConfiguration', 'rest', 'routeConfiguration', 'route', 'errorHandler', 'onException', 'onCompletion', 'intercept',
  'interceptFrom', 'interceptSendToEndpoint', 'beans'];

const rank = (list, name) => (list.includes(name) ? list.indexOf(name) : list.length);

const byKey = ({ key: { value: one } }, { key: { value: other } }) =>
  rank(KEYS, one) - rank(KEYS, other) || (KEYS.includes(one) ? 0 : one.localeCompare(other));

const byKind = (one, other) => rank(ENTRIES, Object.keys(one)[0]) - rank(ENTRIES, Object.keys(other)[0]);

/** A file's text after a save. */
function saved(text) {
  const lines = text.split('\n');
  const head = lines.slice(0, lines.findIndex((line) => line.trim() !== '' && !/^\s*#/.test(line)));
  const comments = head.map((line) => line.replace(/^\s*#*/, '')).map((line) => (line.trim() === '' ? '' : `#${line}`));
  const yaml = stringify(parse(text).sort(byKind), { sortMapEntries: byKey, schema: 'yaml-1.1' });
  return (comments.length > 0 ? comments.join('\n') + '\n' : '') + yaml;
}

const write = process.argv[2] === '--write';
for (const file of process.argv.slice(write ? 3 : 2)) {
  const text = readFileSync(file, 'utf8');
  if (saved(text) === text) {
    continue;
  }
  if (write) {
    writeFileSync(file, saved(text));
  } else {
    console.log(`a save in Kaoto changes ${file}; docs/tools/kaoto/save.mjs --write does the same`);
    process.exitCode = 1;
  }
}
