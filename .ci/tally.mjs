// What vitest's reports say, for .ci/run (any Node from 20 on).
//
//   node .ci/tally.mjs again FIRST.json            the files worth a second try, if any
//   node .ci/tally.mjs count FIRST.json [SECOND.json]   "passed failed"; what failed on stderr
//
// Suites of real processes wait for clocks and kernels that other tenants of the machine use as well. Where a few of
// their files fail, they are tried once more, alone; what held only then is told by name. Nothing else has a second
// try: a test that needs nothing but Node, and an outage of many files, are what they are.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const ofProcesses = /^test\/(integration|e2e|kubernetes)\//;
const filesTriedAgainMax = 4;

const [command, ...paths] = process.argv.slice(2);
const reports = paths.filter(existsSync).map((path) => JSON.parse(readFileSync(path, 'utf8')).testResults);
if (reports.length === 0) {
  if (command === 'count') console.log('0 0');
} else if (command === 'again') {
  const failed = failedFiles(reports[0]);
  if (failed.length <= filesTriedAgainMax && failed.every((file) => ofProcesses.test(file)))
    console.log(failed.join(' '));
} else count(...reports);

function failedFiles(results) {
  return results.filter(({ status }) => status === 'failed').map(nameOf);
}

function count(first, second = []) {
  const again = new Set(second.map(nameOf));
  const results = [...first.filter((file) => !again.has(nameOf(file))), ...second];
  const outcomes = results.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = outcomes.filter((status) => status === 'passed').length;
  const failed = outcomes.filter((status) => status === 'failed').length;
  for (const file of first) tell(file, again.has(nameOf(file)) ? 'first try: ' : '');
  for (const file of second) tell(file, 'second try, alone: ');
  // A file that did not even begin has no tests to count.
  console.log(
    passed,
    failed + results.filter((file) => file.status === 'failed' && !file.assertionResults.length).length,
  );
}

function tell(file, when) {
  if (file.status === 'failed' && file.message) console.error(`${when}${nameOf(file)}: ${file.message}`);
  for (const test of file.assertionResults) {
    if (test.status !== 'failed') continue;
    console.error(
      `${when}${nameOf(file)}: ${test.fullName}\n  ${test.failureMessages.join('\n').slice(0, 1500)}`,
    );
  }
}

function nameOf({ name }) {
  return relative(process.cwd(), name);
}
