import { readBoard, readMeta } from '../../shared/board.ts'
import type { Command } from './command.ts'
import { documentOf, reading } from './store.ts'

/** The boards of the store, oldest first. */
export const listCommand: Command = {
  takes: '',
  count: [0, 0],
  hint: 'Prints the boards of this server, a line each: id, day it was made, cards, title; with tabs between.',
  options: { json: { type: 'boolean', hint: 'Prints [{"id", "created", "cards", "title"}] instead.' } },
  async run({ values, config, print, say }) {
    const boards = await reading(config, async store => {
      const found: { id: string; created: string; cards: number; title: string }[] = []
      for (const { id, created } of store.boards()) {
        const doc = await documentOf(store, id)
        if (!doc) continue
        found.push({ id, created: new Date(created).toISOString(), cards: readBoard(doc).cards.size, title: readMeta(doc).title })
        doc.destroy()
      }
      return found
    })
    if (values['json']) print(`${JSON.stringify(boards)}\n`)
    else for (const { id, created, cards, title } of boards) print(`${id}\t${created.slice(0, 10)}\t${cards}\t${title.replace(/\s+/g, ' ')}\n`)
    if (boards.length === 0) say(`There are no boards in ${config.dataDir}.`)
  },
}
