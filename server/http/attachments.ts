import type { FastifyReply } from 'fastify'
import { printBoardFile } from '../../shared/file-out.ts'
import type { Json } from '../../shared/json.ts'

/** Sends a board file for people to keep, under its own title. */
export function sendBoardFile(reply: FastifyReply, file: Record<string, Json>): FastifyReply {
  const { title } = file['board'] as { title: string }
  return reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName(title))}.json`)
    .send(printBoardFile(file))
}

/** A board's title as a file's name on any system; cut between characters, never inside one. */
const fileName = (title: string): string => [...title.replace(/[^\p{L}\p{N} _-]+/gu, ' ').replace(/\s+/g, ' ').trim()].slice(0, 80).join('') || 'board'
