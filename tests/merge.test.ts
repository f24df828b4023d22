import fc from 'fast-check'
import { expect, test } from 'vitest'
import { key, readFlat, recordsOf, textOf } from '../shared/board.ts'
import { parseBoardFile } from '../shared/file.ts'
import { toBoardFile } from '../shared/file-out.ts'
import { twoPeople } from './support/people.ts'

test('[M1] what one person does reaches the other', () => {
  const { ana, ben, meet } = twoPeople()
  ana.add('c1', 'signal', { text: 'Empty malls', source: 'https://example.org/malls' })
  meet()

  expect(ben.card('c1')).toMatchObject({ kind: 'signal', text: 'Empty malls', fields: { source: 'https://example.org/malls' } })
})

test('[M2] edits made apart to different fields of one card both survive', () => {
  const { ana, ben, meet } = twoPeople()
  ana.add('c1', 'signal', { text: 'Empty malls' })
  meet()

  ana.write('c1', 'Half-empty malls')
  ben.edit('c1', { steep: ['economic'] })
  meet()

  expect(ana.card('c1')).toEqual(ben.card('c1'))
  expect(ana.card('c1')).toMatchObject({ text: 'Half-empty malls', fields: { steep: ['economic'] } })
})

test('[M3] two people who write in one card apart keep every letter', () => {
  const { ana, ben, meet } = twoPeople()
  ana.add('c1', 'note', { text: 'hello' })
  meet()

  ana.write('c1', 'well, hello')
  ben.write('c1', 'hello there')
  meet()

  expect(ana.card('c1')?.text).toBe('well, hello there')
  expect(ben.card('c1')?.text).toBe('well, hello there')
})

test('[M3] texts written apart at any place merge without losing a letter', () => {
  const mine = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 6 })
  const theirs = fc.string({ unit: fc.constantFrom('x', 'y', '🌍'), maxLength: 6 })
  const letters = (text: string) => [...text].sort().join('')
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('.', '-', '🙂'), maxLength: 8 }), mine, theirs, fc.nat(8), fc.nat(8), (start, a, b, i, j) => {
      const { ana, ben, meet } = twoPeople()
      ana.add('c1', 'note', { text: start })
      meet()
      const at = (text: string, n: number, insert: string) => [...text].toSpliced(n, 0, insert).join('')

      ana.write('c1', at(start, i, a))
      ben.write('c1', at(start, j, b))
      meet()

      const merged = ana.card('c1')?.text ?? ''
      expect(merged).toBe(ben.card('c1')?.text)
      expect(letters(merged)).toBe(letters(start + a + b))
    }),
  )
})

test('[M4] a relation is never half there: when a card is gone, its relations read as absent', () => {
  const { ana, ben, meet } = twoPeople()
  ana.add('c1', 'change', {})
  ana.add('c2', 'consequence', {})
  meet()

  ana.remove('c2')
  ben.relate('r1', 'c1', 'c2', { kind: 'leads' })
  meet()

  expect(ana.relation('r1')).toBeUndefined()
  expect(ben.relation('r1')).toBeUndefined()
  expect(ana.card('c1')).toBeDefined()
})

test('[M5] content that makes no sense is left alone and hides nothing else', () => {
  const { ana } = twoPeople()
  ana.add('good', 'note', { text: 'still here' })
  ana.add('odd', 'hologram', { text: 'from a newer version' })
  const records = recordsOf(ana.doc)
  records.set('not-a-map', 5 as never)
  ana.add('lost', 'note', { [key.place]: ['', 'a1', Number.NaN, 0, 0] })
  ana.add('field', 'signal', { source: 'javascript:alert(1)', steep: ['economic', 'astrological'] })

  expect(ana.card('good')?.text).toBe('still here')
  expect(ana.card('odd')).toMatchObject({ kind: 'hologram', text: 'from a newer version' })
  expect(ana.card('lost')).toBeUndefined()
  expect(ana.card('field')?.fields).toEqual({ steep: ['economic'] })
  expect(textOf(records, 'odd')?.toString()).toBe('from a newer version')
})

test('[M5] a value that is no JSON, or too deep for any program to walk, reads as absent and stays where it is', () => {
  const { ana } = twoPeople()
  const nested = (levels: number) => {
    let value: unknown = 'inmost'
    for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { in: value }
    return value
  }
  ana.add('c1', 'note', { text: 'still here' })
  const record = recordsOf(ana.doc).get('c1')!
  const odd = { 'm.deep': nested(20_000), 'm.large': 10n, 'm.bytes': Uint8Array.of(1), 'm.none': Number.NaN, 'm.hole': [undefined], 'm.fine': nested(30) }
  for (const [name, value] of Object.entries(odd)) record.set(name, value)
  const flat = readFlat(record)!
  expect(Object.keys(odd).filter(name => flat.has(name))).toEqual(['m.fine'])
  expect(ana.card('c1')?.text).toBe('still here')
  expect([...record.keys()]).toEqual(expect.arrayContaining(Object.keys(odd)))

  // However deep what is read may be, it leaves in a file that opens again.
  for (let levels = 25; levels < 50; levels++) record.set(`m.${levels}`, nested(levels))
  record.set('type', 'geo')
  expect(readFlat(record)!.has('m.30')).toBe(true)
  expect(() => parseBoardFile(JSON.parse(JSON.stringify(toBoardFile(ana.doc, [], new Date(0)))))).not.toThrow()
})
