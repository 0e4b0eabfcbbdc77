import { describe, expect, test } from 'vitest';
import { readOptions, UsageError } from '../../../src/agent/options.ts';

const env = { OTTO_LOG_ENDPOINT: 'otto:9090' };

describe('options', () => {
  test('end where the command begins, whose own options are its own', () => {
    expect(readOptions(['--no-marker', 'ls', '-h', '--', 'x'], {})).toMatchObject({
      command: ['ls', '-h', '--', 'x'],
      marker: false,
      endpoint: '',
    });
    expect(readOptions(['--', '--odd'], env)).toMatchObject({ command: ['--odd'], endpoint: 'otto:9090' });
  });

  test.each([
    ['10s', 10_000],
    ['500ms', 500],
    ['1.5m', 90_000],
  ])('read --flush-timeout %s as %i ms', (text, flushMs) => {
    expect(readOptions(['--flush-timeout', text, 'x'], {})).toMatchObject({ flushMs });
    expect(readOptions([`--flush-timeout=${text}`, 'x'], {})).toMatchObject({ flushMs });
  });

  test.each([
    [[]],
    [['--']],
    [['--unknown', 'x']],
    [['--buffer']],
    [['--buffer', '0', 'x']],
    [['--flush-timeout', '10', 'x']],
    [['--endpoint', 'nowhere', 'x']],
  ])('%j are refused', (args) => {
    expect(() => readOptions(args, {})).toThrow(UsageError);
  });

  test('-h asks for help before anything else is wrong', () => {
    expect(readOptions(['-h'], {})).toBe('help');
  });
});
