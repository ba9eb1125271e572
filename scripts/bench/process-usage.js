// What processes cost, as Linux counts it in /proc; elsewhere nothing is known.
import { readdir, readFile } from 'node:fs/promises'

/** Linux tells programs this number whatever its kernel counts by. */
const TICKS_PER_SECOND = 100

/**
 * @typedef {object} Usage
 * @property {number} cpuSeconds so far, of the processes below `root` that live and of those that have ended
 * @property {number} memory bytes now, memory that processes share counted once
 */

/**
 * @param {number} root itself not counted
 * @param {Array<number | undefined>} except nor are these, with all below them
 * @returns {Promise<Usage>}
 */
export async function readUsage(root, except) {
  const stats = (await Promise.all((await processIds()).map(readStat))).filter((stat) => stat !== undefined)
  const below = descendants(stats, root, except)
  const memory = await Promise.all(below.map(({ pid }) => readMemory(pid)))
  // The time of an ended process is added to the process that waited for it.
  const ended = stats.find(({ pid }) => pid === root)?.ended ?? 0
  return { cpuSeconds: sum([ended, ...below.map(({ own, ended }) => own + ended)]), memory: sum(memory) }
}

async function processIds() {
  const names = await readdir('/proc').catch(() => [])
  return names.filter((name) => /^\d+$/.test(name)).map(Number)
}

/**
 * One process; its times in seconds are its own, and of those that it waited for.
 * @typedef {{ pid: number, parent: number | undefined, own: number, ended: number }} Stat
 * @param {number} pid
 * @returns {Promise<Stat | undefined>}
 */
async function readStat(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (!text) return undefined
  // The name before these may itself have spaces and parentheses.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map((ticks) => ticks / TICKS_PER_SECOND)
  return { pid, parent: fields[1], own: user + system, ended: endedUser + endedSystem }
}

/**
 * @param {Stat[]} stats
 * @param {number} root
 * @param {Array<number | undefined>} except
 * @returns {Stat[]}
 */
function descendants(stats, root, except) {
  const children = stats.filter(({ pid, parent }) => parent === root && !except.includes(pid))
  return children.flatMap((child) => [child, ...descendants(stats, child.pid, except)])
}

/**
 * The proportional set size: each page divided by how many processes have it.
 * @param {number} pid
 */
async function readMemory(pid) {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
