import { cpus, loadavg } from 'node:os'

/**
 * What the figures of a run depend on.
 * @typedef {object} Machine
 * @property {string} opencode its version
 * @property {string} node
 * @property {string} platform
 * @property {number} cpus
 * @property {string} load of the last minute, before the run and after; the run itself makes about 1
 */

/**
 * @param {string} opencode
 * @param {number} loadBefore
 * @returns {Machine}
 */
export function describeMachine(opencode, loadBefore) {
  return {
    opencode,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpus: cpus().length,
    load: `${loadBefore.toFixed(1)} before, ${currentLoad().toFixed(1)} after`,
  }
}

export function currentLoad() {
  return loadavg()[0] ?? 0
}
