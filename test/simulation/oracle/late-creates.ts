/** What nobody can keep from being applied late makes a Pod anew; that it is cleaned up is judged elsewhere. */

const madeAnew = / is made although/;

/** @param isLate whether a create of this name was applied late */
export function exceptLateCreates(
  sentences: readonly string[],
  isLate: (podName: string) => boolean,
): readonly string[] {
  return sentences.filter((sentence) => {
    const [name = ''] = sentence.split(madeAnew);
    return name === sentence || !isLate(name);
  });
}
