import type { BoardFile } from '../../shared/file.ts'
import { kinds } from '../../shared/cards/index.ts'
import { relations } from '../../shared/relations.ts'
import { random } from './random.ts'

type Card = BoardFile['cards'][number]
type Structure = BoardFile['structures'][number]

const plain = 'public compute opens to small groups while rules for release settle slowly in the open; nobody asked “why”, yet'.split(' ')

/** Texts that mean something to one program or another. */
export const hostile = [
  '=HYPERLINK("http://evil.example","x")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', "'=1", '-5', '＝1+1',
  '<script>alert(1)</script>', '</text><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '&lt;b&gt; &amp; &#60;', ']]>', '<!--', '--><svg onload=alert(1)>',
  '# Heading', '- item', '1. one', '2) two', '> quote', '```js\ncode\n```', '    indented', '[link](javascript:alert(1))', '![x](http://evil.example/x.png)', '| a | b |\n|---|---|', '<javascript:alert(1)>', 'https://evil.example/<b>', 'www.evil.example', '**bold** _it_ ~~no~~ $x$ %%c%% ==h== ^s^ #tag', '\\', 'a\\', '***', '---', '===', '+ plus', '* star', '[^1]: note', '[a]: http://evil.example', '[ ] box', 'line one\nline two\n\nline four', 'a,b;c"d"', '"quoted"', '', ' ', '\u0000\u0007\uffff', '😀👩‍🔬', 'שלום עולם', 'مرحبا', '未来を考える', 'ก่อนอื่น', 'e\u0301', '\u202eright to left', 'x'.repeat(300), '__proto__', 'constructor',
] as const

interface Wanted {
  readonly cards: number
  readonly people?: number
  /** Whether texts are of the kind that does harm. */
  readonly hostile?: boolean
  readonly viewsEach?: number
}

/** A board file as a workshop might leave it: the same for the same seed. Every structure, kind and relation is on it where there is room. */
export function randomFile(seed: number, { cards: count, people: crowd = 12, hostile: isHostile = false, viewsEach = 4 }: Wanted): BoardFile {
  const pick = random(seed)
  const one = <T>(items: readonly T[]): T => items[pick(items.length)] as T
  const words = (): string => (isHostile ? one(hostile) : Array.from({ length: 3 + pick(8) }, () => one(plain)).join(' '))
  const sectors = ['Academia', 'Industry', 'Civil society', 'Government', isHostile ? '=cmd|<b>' : 'Community']
  const people = Array.from({ length: crowd }, (_, i) => ({ id: `person${i}`, ...(pick(8) && { sector: sectors[pick(i < 3 ? 5 : 3)] }) }))
  const moment = (): string => new Date(1_790_000_000_000 + pick(1e6) * 1000).toISOString().replace('.000Z', 'Z')
  const who = () => (crowd && pick(5) ? { by: one(people).id, at: moment(), ...(pick(3) === 0 && { edited: { by: one(people).id, at: moment() } }) } : {})
  const views = (scale: readonly [string, number, number][]) =>
    crowd && viewsEach && pick(3) === 0 ? { views: Object.fromEntries(scale.map(([name, min, max]) => [name, Object.fromEntries(Array.from({ length: 1 + pick(viewsEach * 2) }, () => [one(people).id, min + pick(max - min + 1)]))])) } : {}
  const structures: Structure[] = []
  const tiles = Math.max(1, Math.ceil(count / 60))
  for (let i = 0; i < tiles; i++) {
    const type = (['wheel', 'timeline', 'tension', 'grid'] as const)[i % 4] as 'wheel'
    const at = { x: (i % 10) * 2400, y: Math.floor(i / 10) * 1800 }
    const titled = { wheel: { rings: 3, ...(i % 8 === 0 && { parts: 'steep' }) }, timeline: { title: words().slice(0, 200), from: '2026-11-23', to: '2040', lanes: ['Rules', words().slice(0, 80), 'Skills'] }, tension: { title: words().slice(0, 200), left: words().slice(0, 200), right: words().slice(0, 200) }, grid: { title: words().slice(0, 200), rows: ['Law', words().slice(0, 80)], cols: ['Near', 'Mid', 'Long'] } }[type as string]
    structures.push({ id: `s${i}`, type, ...at, w: 1760, h: 1320, ...titled, ...(type === ('tension' as string) && views([['marker', -100, 100]])), ...who() } as Structure)
  }
  const cards: Card[] = Array.from({ length: count }, (_, i) => {
    const structure = structures[Math.floor(i / 60)]
    const kind = structure?.type === 'wheel' ? (i % 60 === 0 ? 'change' : 'consequence') : one(Object.keys(kinds))
    const loose = i % 60 > 56
    const fields = {
      ...(pick(2) && ['signal', 'driver', 'consequence'].includes(kind) && { steep: [one(['social', 'technological', 'economic', 'environmental', 'political'])] }),
      ...(['milestone', 'action', 'vision', 'obstacle'].includes(kind) && pick(4) && { date: one(['2028', '2030-06', '2033-02-28', '2040']) }),
      ...(kind === 'action' && pick(2) && { actor: words().slice(0, 200).replaceAll('\n', ' ') || 'Somebody' }),
      ...(kind === 'signal' && { source: 'https://example.org/a?b=1&c=<d>|*', seen: '2026-03' }),
    }
    return { id: `c${i}`, kind, text: words(), ...(!loose && structure && { in: structure.id }), x: 60 + (i % 8) * 210 + (loose ? (structure?.x ?? 0) : 0), y: loose ? (structure?.y ?? 0) - 300 : 130 + (Math.floor(i / 8) % 8) * 140, ...fields, ...views([['valence', -3, 3], ['likelihood', 1, 5]]), ...who() } as Card
  })
  const names = Object.keys(relations)
  const lines = Array.from({ length: count }, (_, i) => {
    const from = pick(count)
    const inside = structures[Math.floor(from / 60)]?.type === 'wheel'
    const base = Math.floor(from / 60) * 60
    const to = inside ? base + pick(Math.min(60, count - base)) : pick(count)
    return { id: `r${i}`, kind: inside && pick(5) ? 'leads' : one(names), from: inside && pick(3) === 0 ? `c${base}` : `c${from}`, to: `c${to}`, ...(pick(4) === 0 && { sign: '-' as const }), ...(pick(9) === 0 && { delay: true as const }), ...(pick(9) === 0 && { props: { bend: pick(200) - 100 } }), ...who() }
  }).filter(({ from, to }) => from !== to)
  const drawings = count > 4 ? [{ id: 'memo', type: 'note', x: -400, y: 0, props: { richText: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: words() }] }] } } }, { id: 'frame', type: 'frame', x: -400, y: 400, props: { name: words(), w: 300, h: 200 } }] : []
  return { format: 'manyfutures/board', version: 1, exported: '2026-11-24T09:00:00.000Z', board: { title: words().slice(0, 200), focus: words().slice(0, 500), today: '2026-11-23', horizon: '2040', sectors }, cards, relations: lines, structures, drawings, people } as unknown as BoardFile
}
