import type { Card, Relation } from '../board.ts'
import { cardFields, colourOf } from '../cards/index.ts'
import type { Colour } from '../cards/card.ts'
import { asGrid, cellOf } from '../computed.ts'
import { isList, type Json } from '../json.ts'
import { nameOfStructure } from '../outline.ts'
import { drawnAs, relationOf } from '../relations.ts'
import { cardHeight } from './card-height.ts'
import type { FileReading } from './reading.ts'
import { xml } from './xml.ts'

/*
 * GraphML (graphml.graphdrawing.org): cards are nodes, relations are edges, everything about them a typed attribute. Attributes
 * called label, x, y, r, g, b and weight are what Gephi draws by; yEd reads its own drawing beside them, and passes over these.
 */

type Kind = 'string' | 'int' | 'double' | 'boolean'

interface Column<T> {
  readonly type: Kind
  readonly read: (item: T) => Json | undefined
}

const column = <T>(type: Kind, read: Column<T>['read']): Column<T> => ({ type, read })
type Columns<T> = Readonly<Record<string, Column<T>>>

/** Which kinds of value are numbers; lists are said with commas between. */
const typeOfField = (type: string): Kind => (type === 'number' ? 'int' : 'string')

function nodeColumns(reading: FileReading): Columns<Card> {
  const { board } = reading
  const structureOf = ({ place: { parent } }: Card) => (parent === '' ? undefined : board.structures.get(parent))
  const cellAt = (card: Card, of: 'rows' | 'cols') => {
    const structure = structureOf(card)
    const cell = structure?.type === 'grid' ? cellOf(structure, card) : undefined
    return structure && cell && asGrid(structure)[of][of === 'rows' ? cell.row : cell.col]
  }
  return {
    label: column('string', ({ text }) => text),
    kind: column('string', ({ kind }) => kind),
    ...Object.fromEntries(Object.entries(cardFields).map(([name, { type }]) => [name, column<Card>(typeOfField(type), ({ fields }) => fields[name])])),
    structure: column('string', card => structureOf(card)?.type),
    'structure title': column('string', card => {
      const structure = structureOf(card)
      return structure && nameOfStructure(structure)
    }),
    order: column('int', card => {
      const structure = structureOf(card)
      return structure?.type === 'wheel' ? reading.wheel(structure.id).order.get(card.id) : undefined
    }),
    row: column('string', card => cellAt(card, 'rows')),
    column: column('string', card => cellAt(card, 'cols')),
    'by sector': column('string', ({ by }) => (by === undefined ? undefined : reading.sectorOf(by) || undefined)),
    x: column('double', card => Math.round(reading.corner(card.place).x + card.w / 2)),
    // Graphs are drawn with y upwards, boards with y downwards.
    y: column('double', card => Math.round(-(reading.corner(card.place).y + cardHeight(card) / 2)) + 0),
    ...inked(({ kind }: Card) => colourOf(kind)),
  }
}

/** A colour in three numbers. */
const inked = <T>(colorOf: (item: T) => Colour): Columns<T> =>
  Object.fromEntries(['r', 'g', 'b'].map((name, i) => [name, column<T>('int', item => Number.parseInt(colorOf(item)[0].slice(1 + 2 * i, 3 + 2 * i), 16))]))

const edgeColumns: Columns<Relation> = {
  label: column('string', ({ kind }) => relationOf(kind).label),
  kind: column('string', ({ kind }) => kind),
  sign: column('string', ({ kind, sign }) => (kind === 'leads' ? (sign === '-' ? 'minus' : 'plus') : undefined)),
  delay: column('boolean', ({ delay }) => delay),
  symmetric: column('boolean', ({ kind }) => relationOf(kind).symmetric === true),
  causal: column('boolean', ({ kind }) => relationOf(kind).causal === true),
  ...inked(({ kind, sign }: Relation) => drawnAs(kind, sign).color),
}

const keysOf = (of: 'node' | 'edge', columns: Columns<never>): string[] => Object.entries(columns).map(([name, { type }], i) => `  <key id="${of[0]}${i}" for="${of}" attr.name="${xml(name)}" attr.type="${type}"/>`)

const dataOf = <T>(of: 'node' | 'edge', columns: Columns<T>, item: T): string[] =>
  Object.values(columns).flatMap(({ read }, i) => {
    const value = read(item)
    return value === undefined || value === null || value === '' ? [] : [`      <data key="${of[0]}${i}">${xml(isList(value) ? value.join(', ') : String(value))}</data>`]
  })

/** How yEd draws the ends and lines of relations. */
const arrows = { filled: 'standard', open: 'plain', bar: 't_shape', diamond: 'diamond', dot: 'circle' } as const
const strokes = { solid: 'line', heavy: 'line', dashed: 'dashed', dotted: 'dotted' } as const

export function graphml(reading: FileReading): string {
  const { board, corner } = reading
  const columns = nodeColumns(reading)
  const byId = <T extends { id: string }>(a: T, b: T): number => (a.id < b.id ? -1 : 1)
  const nodes = [...board.cards.values()].sort(byId).flatMap(card => {
    const at = corner(card.place)
    const color = colourOf(card.kind)[0]
    return [
      `    <node id="${xml(card.id)}">`,
      ...dataOf('node', columns, card),
      `      <data key="yn"><y:ShapeNode><y:Geometry x="${at.x}" y="${at.y}" width="${card.w}" height="${cardHeight(card)}"/><y:Fill color="#FFFFFF"/><y:BorderStyle color="${color}" type="line" width="2"/><y:NodeLabel autoSizePolicy="node_width" configuration="CroppingLabel" fontSize="13" modelName="internal" modelPosition="c">${xml(card.text)}</y:NodeLabel><y:Shape type="roundrectangle"/></y:ShapeNode></data>`,
      '    </node>',
    ]
  })
  const edges = [...board.relations.values()].sort(byId).flatMap(relation => {
    const { color, line, end, symmetric } = drawnAs(relation.kind, relation.sign)
    return [
      `    <edge id="${xml(relation.id)}" source="${xml(relation.from)}" target="${xml(relation.to)}">`,
      ...dataOf('edge', edgeColumns, relation),
      `      <data key="ye"><y:PolyLineEdge><y:LineStyle color="${color[0]}" type="${strokes[line]}" width="${line === 'heavy' ? 3 : 1.5}"/><y:Arrows source="${symmetric ? arrows[end] : 'none'}" target="${arrows[end]}"/></y:PolyLineEdge></data>`,
      '    </edge>',
    ]
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:y="http://www.yworks.com/xml/graphml" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
    ...keysOf('node', columns as Columns<never>),
    ...keysOf('edge', edgeColumns as Columns<never>),
    '  <key id="yn" for="node" yfiles.type="nodegraphics"/>',
    '  <key id="ye" for="edge" yfiles.type="edgegraphics"/>',
    '  <key id="g0" for="graph" attr.name="title" attr.type="string"/>',
    '  <graph id="board" edgedefault="directed">',
    `    <data key="g0">${xml(board.meta.title)}</data>`,
    ...nodes,
    ...edges,
    '  </graph>',
    '</graphml>',
    '',
  ].join('\n')
}
