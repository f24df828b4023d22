import { afterEach, expect, test, vi } from 'vitest'
import { isOnlyHere, linkForOthers, readLink, takeAddress } from '../client/address.ts'

const secret = 'hbjadYh-nNR9F_0123456789abcdefgh'
const at = (address: string) => {
  const { origin, hostname, port, pathname, hash } = new URL(address)
  vi.stubGlobal('location', { origin, hostname, port, pathname, hash })
  const kept: string[] = []
  vi.stubGlobal('history', { replaceState: (_state: null, _title: string, path: string) => void kept.push(path) })
  return kept
}
afterEach(() => vi.unstubAllGlobals())

test('[R1] what letters and messages put behind a link is no part of it, and the address is cleaned whatever it holds', () => {
  for (const behind of ['', '.', ').', '>', ' and']) {
    const kept = at(`https://boards.example.org/boards/abc#${secret}`)
    vi.stubGlobal('location', { ...location, hash: `#${secret}${behind}` })
    expect(takeAddress()).toEqual({ page: 'board', board: 'abc', secret })
    expect(kept).toEqual(['/boards/abc'])
    expect(readLink(` https://boards.example.org/boards/abc#${secret}${behind}`)).toEqual({ board: 'abc', secret })
  }
  const kept = at('https://boards.example.org/boards/abc#!')
  expect(takeAddress()).toEqual({ page: 'board', board: 'abc', secret: undefined })
  expect(kept).toEqual(['/boards/abc'])
})

test('[R1] a pasted link counts when it is one of this server’s, by whichever name this machine calls itself', () => {
  at('http://localhost:4400/')
  expect(readLink(`http://127.0.0.1:4400/boards/abc#${secret}`)).toEqual({ board: 'abc', secret })
  expect(readLink(`http://127.0.0.1:4401/boards/abc#${secret}`)).toBeUndefined()
  expect(readLink(`https://elsewhere.example/boards/abc#${secret}`)).toBeUndefined()
  expect(readLink('http://localhost:4400/boards/abc')).toBeUndefined()
  expect(readLink('boards/abc')).toBeUndefined()
})

test('[R7] a link names the address its facilitator came by, where the server knows only its own machine', () => {
  at('http://192.168.1.5:4400/boards/abc')
  expect(linkForOthers(`http://localhost:4400/boards/abc#${secret}`)).toBe(`http://192.168.1.5:4400/boards/abc#${secret}`)
  expect(linkForOthers(`https://boards.example.org/boards/abc#${secret}`)).toBe(`https://boards.example.org/boards/abc#${secret}`)
  at('http://127.0.0.1:4400/boards/abc')
  const own = linkForOthers(`http://127.0.0.1:4400/boards/abc#${secret}`)
  expect(own).toBe(`http://127.0.0.1:4400/boards/abc#${secret}`)
  expect(isOnlyHere(own)).toBe(true)
  expect(isOnlyHere(`https://boards.example.org/boards/abc#${secret}`)).toBe(false)
})
