// A bare relay: what one client of a room sends, the others get. Keeps nothing.
import { WebSocketServer } from 'ws'

const rooms = new Map()
const wss = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1', perMessageDeflate: false })
wss.on('connection', (ws, request) => {
  const name = request.url
  const room = rooms.get(name) ?? new Set()
  rooms.set(name, room.add(ws))
  ws.on('error', () => ws.terminate())
  ws.on('message', data => {
    for (const other of room) if (other !== ws && other.readyState === 1) other.send(data)
  })
  ws.on('close', () => room.delete(ws))
})
wss.on('listening', () => console.log('ready'))
