/**
 * What otto-agent writes into the container's own log, for whoever follows that: lines of such a container are pushed,
 * numbered at the source and told apart, so the follower forwards nothing of them. It only looks for the end, which is
 * the one thing that numbers cannot show: lines that nothing came after.
 */

/** The first line of a container whose lines otto-agent pushes. */
export const pushesMarker = 'otto-agent/1: pushes its lines';

const ended = /^otto-agent\/1: (\d{1,15}) lines? left$/;

/** The last line. @param linesLeft that no server knows of: neither pushed nor counted in a gap record */
export function pushEndMarker(linesLeft: number): string {
  return `otto-agent/1: ${linesLeft} ${linesLeft === 1 ? 'line' : 'lines'} left`;
}

/** @returns how many lines were left; undefined where the line is no such marker */
export function readPushEnd(text: string): number | undefined {
  const [, lines] = ended.exec(text) ?? [];
  return lines === undefined ? undefined : Number(lines);
}
