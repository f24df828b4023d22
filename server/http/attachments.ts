import type { FastifyReply } from 'fastify'
import { exportFileName, exportFormats, type ExportName } from '../../shared/export/formats.ts'

/** Sends a file for people to keep, under the title of its board. */
export function sendExport(reply: FastifyReply, name: ExportName, title: string, content: string | Uint8Array): FastifyReply {
  return reply
    .type(`${exportFormats[name].type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(exportFileName(title, name))}`)
    .send(content)
}
