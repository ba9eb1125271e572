/** @type {import('./index.js').Pick} the one that has the whole conversation, where the ones before are its beginnings */
export const last = (recordings) => recordings.slice(-1)

/** @type {import('./index.js').Pick} */
export const firstAndLast = (recordings) => (recordings.length > 1 ? [recordings[0], recordings.at(-1)] : recordings)

/** @returns {import('./index.js').Pick} those whose body has a text, at most `count` */
export const having =
  (text, count = 1) =>
  (recordings) =>
    recordings.filter(({ body }) => body.includes(text)).slice(0, count)
