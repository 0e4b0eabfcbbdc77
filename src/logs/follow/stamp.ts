/**
 * The time that a kubelet writes before each line: RFC 3339, then one space.
 *
 * Whatever has none was not written by the container: the kubelet's own words about a log that it cannot read, or the
 * rest of a long line whose beginning was left out.
 */

const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d) /;
/** `2026-01-01T00:00:00.000000000Z `, as kubelets in UTC write it. */
const usualLength = 31;

export class StampReader {
  /** Epoch seconds of the line that was read last. */
  second = 0;
  /** To the second, of the last usual stamp. */
  #prefix = ' ';
  #prefixSecond = 0;

  /** @returns where the container's own text begins; -1 where the line has no time. */
  read(line: string): number {
    if (line.charCodeAt(29) === 0x5a && line.charCodeAt(30) === 0x20 && line.startsWith(this.#prefix)) {
      this.second = this.#prefixSecond;
      return usualLength;
    }
    const match = stamped.exec(line);
    const second = match === null ? Number.NaN : Date.parse(`${match[1]}${match[2]}`) / 1000;
    if (match === null || Number.isNaN(second)) return -1;
    this.second = second;
    if (match[0].length === usualLength && match[2] === 'Z') {
      this.#prefix = line.slice(0, 19);
      this.#prefixSecond = second;
    }
    return match[0].length;
  }
}

const ownWords =
  /^(?:failed to |rpc error: |unable to |unexpected |an error |error |Error |Get "https|container .{0,200} not found)/;

/** Whether a line without a time is the kubelet's word that it cannot read the log. */
export function isKubeletFailure(line: string): boolean {
  return ownWords.test(line);
}
