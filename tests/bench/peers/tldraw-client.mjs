// What a client of tldraw sync sends: its schema, a card, a presence.
import { InstancePresenceRecordType } from '@tldraw/tlschema'
import { schema } from './tldraw-schema.mjs'

export const serialized = schema.serialize()

export const cardOf = (id, x = 0, y = 0) => ({
  id: `shape:${id}`, typeName: 'shape', type: 'card', parentId: 'page:page', index: 'a1', x, y, rotation: 0, isLocked: false, opacity: 1, meta: {},
  props: { kind: 'consequence', text: 'Small groups publish what large ones will not', w: 200, h: 88, by: 'p1', at: 1_790_000_000 },
})

export const presenceOf = n => InstancePresenceRecordType.create({
  id: InstancePresenceRecordType.createId(`p${n}`), currentPageId: 'page:page', userId: `user:${n}`, userName: `Person ${n}`, color: '#445566',
  cursor: { x: 0, y: 0, type: 'default', rotation: 0 }, lastActivityTimestamp: 1,
})

export const document = { id: 'document:document', typeName: 'document', gridSize: 10, name: '', meta: {} }
export const page = { id: 'page:page', typeName: 'page', name: 'Page', index: 'a1', meta: {} }
