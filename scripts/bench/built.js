// What the bench uses of the bridge itself: as it was built, since Node 20 runs no TypeScript, with the types of its sources.

/**
 * @param {string} path below `dist`
 * @returns {Promise<any>}
 */
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href)

/** @type {typeof import('../../src/demo/model-server.ts').chunkFrame} */
export const chunkFrame = (await built('demo/model-server.js')).chunkFrame

/** @type {typeof import('../../src/opencode/binary.ts').locateOpencode} */
export const locateOpencode = (await built('opencode/binary.js')).locateOpencode
