import type { FastifyReply } from 'fastify'
import { printBoardFile } from '../../shared/file-out.ts'
import { exportFileName, exportFormats, type ExportName } from '../../shared/export/formats.ts'
import type { Json } from '../../shared/json.ts'

/** Sends a file for people to keep, under the title of its board. */
export function sendExport(reply: FastifyReply, name: ExportName, title: string, content: string | Uint8Array): FastifyReply {
  return reply
    .type(`${exportFormats[name].type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(exportFileName(title, name))}`)
    .send(content)
}

/** The same for a file that is there already. */
export const sendBoardFile = (reply: FastifyReply, file: Record<string, Json>): FastifyReply => sendExport(reply, 'json', (file['board'] as { title: string }).title, printBoardFile(file))
