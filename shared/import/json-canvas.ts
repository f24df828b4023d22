import { z } from 'zod'
import type { BoardFile } from '../file.ts'
import { isObject } from '../json.ts'
import { isMethod } from '../methods/index.ts'
import { guessRelation } from '../relations.ts'
import { continuedBelow } from './layout.ts'
import { counted, emptyBoard, type FileCard, type FileDrawing, type FileRelation, type FileStructure, type Imported, ImportError, quoted } from './imported.ts'
import { firstIssue } from './issue.ts'
import { type Named, readSaid, relationNamed } from './words.ts'

/*
 * JSON Canvas 1.0 (jsoncanvas.org/spec/1.0): what Obsidian and others write. Texts, files and links become cards, groups frames,
 * edges between cards relations.
 */

const number = z.number('expected a number').min(-1e7).max(1e7)
const node = z.looseObject({ id: z.string('expected an id'), type: z.string('expected text, file, link or group'), x: number, y: number, width: number, height: number })
const edge = z.looseObject({ id: z.string('expected an id').optional(), fromNode: z.string('expected the id of a node'), toNode: z.string('expected the id of a node'), fromEnd: z.string().optional(), toEnd: z.string().optional(), label: z.string().optional() })
const most = 20_000
const canvas = z.looseObject({ nodes: z.array(node).max(most, `expected at most ${most} nodes`).optional(), edges: z.array(edge).max(most, `expected at most ${most} edges`).optional() })

type Node = z.infer<typeof node>
type Edge = z.infer<typeof edge>

/** Whether a value looks like a canvas; a board file and a tldraw file have other names for their parts. */
export const isCanvas = (value: unknown): boolean => isObject(value) && (Array.isArray(value['nodes']) || Array.isArray(value['edges'])) && !('format' in value)

export function readCanvas(value: unknown, title: string): Imported {
  const result = canvas.safeParse(value)
  if (!result.success) throw new ImportError(`This JSON Canvas does not hold together ${firstIssue(result.error)}.`)
  const { nodes = [], edges = [] } = result.data
  const warnings: string[] = []
  const groups = nodes.filter(each => each.type === 'group')
  const ids = new Map<string, string>()
  for (const each of nodes) {
    if (ids.has(each.id)) throw new ImportError(`This JSON Canvas does not hold together: the id ${quoted(each.id)} is used by two nodes.`)
    ids.set(each.id, `n${ids.size + 1}`)
  }
  const idOf = (id: string): string => ids.get(id) as string
  const frames = groups.map(group => ({ group, made: madeOf(group, idOf(group.id)) }))
  const around = insideOf(frames.map(({ group, made }) => ({ group, holdsFrames: 'props' in made || !isMethod(made.type) })))

  const placed = (each: Node): { x: number; y: number; in?: string } => {
    const outer = around(each)
    return outer ? { x: each.x - outer.x, y: each.y - outer.y, in: idOf(outer.id) } : { x: each.x, y: each.y }
  }
  const structures: FileStructure[] = []
  const drawings: FileDrawing[] = []
  for (const { group, made } of frames) (isMethod(made.type) ? structures : drawings).push({ ...made, ...placed(group) } as FileStructure & FileDrawing)

  const cards = nodes.filter(each => each.type !== 'group').map((each): FileCard => ({ ...cardOf(each, warnings), id: idOf(each.id), ...placed(each), w: Math.round(Math.min(640, Math.max(140, each.width))) }))
  const byId = new Map(cards.map(card => [card.id, card]))
  const { relations, arrows } = linesOf(edges, id => ids.get(id), byId, new Set(structures.map(({ id }) => id)), warnings)
  const file: BoardFile = { ...emptyBoard(title), cards: cards.flatMap(continuedBelow), relations, structures, drawings: [...drawings, ...arrows] }
  return { file, warnings }
}

/** A group as a frame; as a structure where it says, beside what the specification asks for, that it is one of ours. */
function madeOf(group: Node, id: string): FileDrawing | FileStructure {
  const { width, height, label } = group
  const name = typeof label === 'string' ? label.trim().slice(0, 200).toWellFormed() : ''
  const [w, h] = [width, height].map(each => Math.min(1e5, Math.max(1, each))) as [number, number]
  const { structure } = group
  if (isObject(structure) && isMethod(structure['type'])) return { ...structure, id, type: structure['type'], w, h, x: 0, y: 0 }
  return { id, type: 'frame', props: { w, h, name } }
}

interface Around {
  readonly group: Node
  /** Frames may lie in one another; structures hold cards only. */
  readonly holdsFrames: boolean
}

/** The smallest group that a node lies in wholly. Of two equal ones the first in the file holds the other. */
function insideOf(groups: readonly Around[]): (node: Node) => Node | undefined {
  const area = ({ width, height }: Node) => width * height
  const places = new Map(groups.map(({ group }, i) => [group.id, i]))
  const sorted = [...groups].sort((a, b) => area(a.group) - area(b.group) || (places.get(b.group.id) ?? 0) - (places.get(a.group.id) ?? 0))
  return node =>
    sorted.find(({ group, holdsFrames }) => {
      if (group.id === node.id || (node.type === 'group' && !holdsFrames)) return false
      const larger = node.type !== 'group' || area(group) > area(node) || (area(group) === area(node) && (places.get(group.id) ?? 0) < (places.get(node.id) ?? 0))
      return larger && node.x >= group.x && node.y >= group.y && node.x + node.width <= group.x + group.width && node.y + node.height <= group.y + group.height
    })?.group
}

/** Markdown puts a stroke before letters that would mean something; they are meant as themselves. */
const unescaped = (text: string): string => text.replace(/\\([!-/:-@[-`{-~])/g, '$1')

const worded = (value: unknown): string => (typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : '')

function cardOf(each: Node, warnings: string[]): Pick<FileCard, 'kind' | 'text'> & Record<string, unknown> {
  const kind = typeof each['kind'] === 'string' && each['kind'].length <= 64 ? each['kind'] : undefined
  switch (each.type) {
    case 'text': {
      const said = readSaid(unescaped(worded(each['text'])), kind)
      return { ...said.fields, kind: said.kind ?? 'note', text: said.text }
    }
    case 'file':
      return { kind: kind ?? 'note', text: [worded(each['file']), worded(each['subpath'])].join('').slice(0, 2_000).toWellFormed() }
    case 'link': {
      const url = worded(each['url']).trim()
      const isWeb = /^https?:\/\/\S+$/i.test(url) && url.length <= 2_000 && URL.canParse(url)
      // Only a signal and a driver show a source, and whoever notes a page has noticed something.
      return isWeb ? { kind: kind ?? 'signal', text: shortAddress(url), source: url } : { kind: kind ?? 'note', text: url.slice(0, 2_000) }
    }
    default:
      warnings.push(`A node of the type ${quoted(each.type, 30)} is none that JSON Canvas 1.0 knows; it became a note.`)
      return { kind: 'note', text: worded(each['text'] ?? each['label']) }
  }
}

/** An address as people say it. */
const shortAddress = (url: string): string => url.replace(/^https?:\/\/(www\.)?/i, '').replace(/[?#].*$/, '').replace(/\/$/, '').slice(0, 200).toWellFormed()

function linesOf(edges: readonly Edge[], idOf: (node: string) => string | undefined, cards: ReadonlyMap<string, FileCard>, structures: ReadonlySet<string>, warnings: string[]): { relations: FileRelation[]; arrows: FileDrawing[] } {
  const relations: FileRelation[] = []
  const arrows: FileDrawing[] = []
  const unsaid: string[] = []
  const lost: string[] = []
  for (const [i, { fromNode, toNode, fromEnd = 'none', toEnd = 'arrow', label = '' }] of edges.entries()) {
    const named = relationNamed(label)
    const backwards = (fromEnd === 'arrow' && toEnd === 'none') !== (named?.turned === true)
    const [from, to] = (backwards ? [toNode, fromNode] : [fromNode, toNode]).map(idOf)
    if (!from || !to || from === to || structures.has(from) || structures.has(to)) {
      lost.push(label || `edges[${i}]`)
      continue
    }
    if (label.trim() !== '' && !named) unsaid.push(label.trim())
    const [a, b] = [cards.get(from), cards.get(to)]
    if (a && b) relations.push({ id: `e${i + 1}`, from, to, ...meant(named, a.kind, b.kind) })
    else arrows.push({ id: `e${i + 1}`, type: 'arrow', from, to })
  }
  if (unsaid.length) warnings.push(`${counted(unsaid.length, 'label of a line names', 'labels of lines name')} no kind of relation, such as ${quoted(unsaid[0] as string, 40)}: the relation is there, without those words.`)
  if (lost.length) warnings.push(`${counted(lost.length, 'line')} led to nothing a relation can lead to, such as ${quoted(lost[0] as string, 40)}, and ${lost.length === 1 ? 'was' : 'were'} left out.`)
  return { relations, arrows }
}

/** A relation as its label says, or as the two kinds suggest. */
export function meant(named: Named | undefined, from: string, to: string): Pick<FileRelation, 'kind' | 'sign' | 'delay'> {
  const { kind, sign, delay } = named ?? { kind: guessRelation(from, to), sign: '+' as const, delay: false }
  return { kind, ...(sign === '-' && { sign }), ...(delay && { delay: true as const }) }
}
