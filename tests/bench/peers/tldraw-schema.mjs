// A card as tldraw would hold it: the fields of our own, as a shape.
import { createTLSchema, defaultShapeSchemas } from '@tldraw/tlschema'
import { T } from '@tldraw/validate'

export const schema = createTLSchema({ shapes: { ...defaultShapeSchemas, card: { props: { kind: T.string, text: T.string, w: T.number, h: T.number, by: T.string, at: T.number } } } })
