import { describe, expect, test } from 'vitest';
import { RawLines } from '../../../../src/logs/follow/raw-lines.ts';
import { isKubeletFailure, StampReader } from '../../../../src/logs/follow/stamp.ts';

describe('lines of bytes', () => {
  test('are the same wherever the bytes are cut', () => {
    const bytes = Buffer.concat([Buffer.from('größe 𝄞\r\n\n\0x\n'), Buffer.from([0xc3, 0xff, 0x0a])]);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const lines = new RawLines(100);
      const read = [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))];
      expect(read).toEqual(['größe 𝄞\r', '', '\0x', '\ufffd\ufffd']);
    }
  });

  test.each([1, 7, 1000])('that are too long are cut at one place in pieces of %s bytes', (size) => {
    const bytes = Buffer.from(`${'ö'.repeat(200)}\nnext\n`);
    const lines = new RawLines(99);
    const read: string[] = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...lines.push(bytes.subarray(at, at + size)));
    expect(read).toEqual([
      `${'ö'.repeat(49)}… [ottoscaler: cut here, the line is longer than 99 bytes]`,
      'next',
    ]);
  });

  test('keep an unfinished one for whoever asks', () => {
    const lines = new RawLines(100);
    expect(lines.push(Buffer.from('a\nb'))).toEqual(['a']);
    expect([lines.rest(), lines.rest()]).toEqual(['b', '']);
  });
});

describe('the time before a line', () => {
  test.each([
    ['2026-01-01T00:00:01.000000000Z text', 1, 31],
    ['2026-01-01T00:00:01.000000000Z ', 1, 31],
    ['2026-01-01T09:00:02.5+09:00 text', 2, 28],
    ['2026-01-01T00:00:03Z text', 3, 21],
    ['text', undefined, -1],
    ['2026-13-01T00:00:01Z text', undefined, -1],
  ])('of %j is read', (line, second, textStart) => {
    const stamps = new StampReader();
    expect(stamps.read(line)).toBe(textStart);
    expect(textStart === -1 ? undefined : stamps.second - Date.UTC(2026, 0, 1) / 1000).toBe(second);
  });

  test.each([
    'failed to try resolving symlinks in path "/var/log/pods/x/0.log": lstat: no such file or directory',
    'rpc error: code = NotFound desc = an error occurred when try to find container',
    'unable to retrieve container logs for containerd://x',
  ])('is missing from the words of a kubelet: %s', (words) => {
    expect([new StampReader().read(words), isKubeletFailure(words)]).toEqual([-1, true]);
  });
});
