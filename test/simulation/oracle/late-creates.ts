/** What nobody can keep from being applied late makes a Pod anew; that it is cleaned up is judged elsewhere. */

const sentencesOfThem = [/^(\S+) is made although/, /is closed while (\S+) is there$/];

/** @param isLate whether a create of this name was applied late */
export function exceptLateCreates(
  sentences: readonly string[],
  isLate: (podName: string) => boolean,
): readonly string[] {
  return sentences.filter((sentence) => {
    const name = sentencesOfThem.map((one) => one.exec(sentence)?.[1]).find((found) => found !== undefined);
    return name === undefined || !isLate(name);
  });
}
