import { createTLSchema, defaultBindingSchemas, defaultShapeSchemas, type RecordProps, T, type TLSchema, type TLShape } from 'tldraw'
import { type Provenance, readProvenance } from '../../shared/board.ts'
import type { Json } from '../../shared/json.ts'
import type { MethodName } from '../../shared/methods/index.ts'
import { methods } from '../../shared/methods/index.ts'

/** A card on the canvas. `fields` holds the values its kinds' tables describe, already read tolerantly. */
export interface CardProps {
  kind: string
  text: string
  w: number
  /** The least height; a card is as high as its text needs. */
  h: number
  fields: Record<string, Json>
}

/** A wheel, timeline, tension or grid on the canvas; `fields` by its method's table, defaults filled in. */
export interface StructureProps {
  w: number
  h: number
  fields: Record<string, Json>
}

declare module 'tldraw' {
  export interface TLGlobalShapePropsMap extends Record<MethodName, StructureProps> {
    card: CardProps
  }
}

export type CardShape = TLShape<'card'>
export type StructureShape = TLShape<MethodName>

const fields = T.jsonDict() as unknown as T.Validatable<Record<string, Json>>

export const cardProps: RecordProps<CardShape> = {
  kind: T.string,
  text: T.string,
  w: T.positiveNumber,
  h: T.positiveNumber,
  fields,
}

export const structureProps: RecordProps<StructureShape> = { w: T.positiveNumber, h: T.positiveNumber, fields }

/** Who made and changed a shape, as far as what it says of that makes sense. */
export const provenanceOf = ({ meta }: TLShape): Provenance => readProvenance({ get: name => meta[name] as Json | undefined })

export const isCardShape = (shape: TLShape | undefined): shape is CardShape => shape?.type === 'card'
export const isStructureShape = (shape: TLShape | undefined): shape is StructureShape => shape !== undefined && Object.hasOwn(methods, shape.type)

/** What the canvas knows: tldraw's own shapes and ours. Ours carry no tldraw migrations: the board's format versions them. */
export const schema: TLSchema = createTLSchema({
  shapes: {
    ...defaultShapeSchemas,
    card: { props: cardProps },
    ...Object.fromEntries(Object.keys(methods).map(name => [name, { props: structureProps }])),
  },
  bindings: defaultBindingSchemas,
})
