import { isObject } from '../json.ts'

/**
 * The versions of tldraw's records that this program can draw, by the name of the sequence they are counted in: those of the tldraw it is
 * built with, which a test compares. What a page says of its drawings beyond these would shut everybody else out of the board.
 */
export const drawingVersions: Readonly<Record<string, number>> = {
  'com.tldraw.store': 5,
  'com.tldraw.asset': 1,
  'com.tldraw.camera': 1,
  'com.tldraw.document': 2,
  'com.tldraw.instance': 26,
  'com.tldraw.instance_page_state': 5,
  'com.tldraw.page': 1,
  'com.tldraw.instance_presence': 6,
  'com.tldraw.pointer': 1,
  'com.tldraw.shape': 4,
  'com.tldraw.user': 1,
  'com.tldraw.asset.image': 6,
  'com.tldraw.asset.video': 5,
  'com.tldraw.asset.bookmark': 2,
  'com.tldraw.shape.arrow': 8,
  'com.tldraw.shape.bookmark': 2,
  'com.tldraw.shape.draw': 5,
  'com.tldraw.shape.embed': 4,
  'com.tldraw.shape.frame': 1,
  'com.tldraw.shape.geo': 12,
  'com.tldraw.shape.group': 0,
  'com.tldraw.shape.highlight': 4,
  'com.tldraw.shape.image': 5,
  'com.tldraw.shape.line': 5,
  'com.tldraw.shape.note': 13,
  'com.tldraw.shape.text': 4,
  'com.tldraw.shape.video': 4,
  'com.tldraw.binding.arrow': 1,
}

/** More sequences than any program has; the names of others are theirs. */
const mostSequences = 200

/** Whether drawings that somebody says were written so can be drawn here: at this version of each sequence, or at one before it. */
export const isKnownSchema = (schema: unknown): boolean => isSchema(schema) && Object.entries(schema.sequences).every(([name, version]) => version <= latestOf(name))

/** Whether something says which version each sequence of records has. */
export function isSchema(schema: unknown): schema is { readonly sequences: Readonly<Record<string, number>> } {
  if (!isObject(schema) || schema['schemaVersion'] !== 2 || !isObject(schema['sequences'])) return false
  const versions = Object.values(schema['sequences'])
  return versions.length <= mostSequences && versions.every(version => Number.isInteger(version) && Number(version) >= 0)
}

/** Our own kinds of shape have no versions: the format of the board counts theirs. */
const latestOf = (name: string): number => (Object.hasOwn(drawingVersions, name) ? (drawingVersions[name] ?? 0) : /^com\.tldraw\.shape\.[a-z]+$/.test(name) ? 0 : Number.MAX_SAFE_INTEGER)
