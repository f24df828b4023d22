import { AssetRecordType, createShapeId, type Editor, MediaHelpers, type TLAssetId, type TLImageAsset, type VecLike } from 'tldraw'
import { newId } from '../../shared/ids.ts'
import { pictureTypesSaid } from '../../shared/pictures.ts'
import { gap } from '../../shared/room.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { isPicture, type Pictures } from './pictures.ts'
import { say } from './say.ts'

/** Longest side of a new picture, in board units. */
const longest = 600

/**
 * Sends pictures and puts them side by side around a point of the page, as one step of undo. Nothing is on the board before
 * the server has it; what becomes of them is said in sentences.
 */
export async function addPictures(editor: Editor, pictures: Pictures, files: readonly File[], at: VecLike): Promise<void> {
  if (editor.getIsReadonly()) return
  const known = files.filter(isPicture)
  const refused = files.filter(file => !isPicture(file)).map(file => `“${file.name}” is no picture that a board can show; ${pictureTypesSaid} are.`)
  const closed = known.length ? pictures.closed() : undefined
  if (closed) return say(editor, closed)
  const sent: TLImageAsset[] = []
  for (const [i, file] of known.entries()) {
    const nth = known.length > 1 ? `picture ${i + 1} of ${known.length}` : 'the picture'
    say(editor, `Sending ${nth} …`, 'until the next')
    try {
      sent.push(await sendPicture(pictures, file, part => say(editor, `Sending ${nth}: ${part} %`, 'until the next')))
    } catch (error) {
      refused.push(known.length > 1 ? `“${file.name}” was not added. ${sentenceOf(error)}` : sentenceOf(error))
    }
  }
  // Much may have changed while they were on their way.
  if (editor.isDisposed) return
  const added = editor.getIsReadonly() ? 0 : put(editor, sent, at)
  const lost = sent.length - added
  if (lost) refused.push('The board can no longer be changed, so nothing was added.')
  say(editor, [added && `${added === 1 ? 'Picture' : `${added} pictures`} added.`, ...refused].filter(Boolean).join(' '))
}

/** Puts a picture on the server’s disk, and resolves to how the canvas calls it. */
export async function sendPicture(pictures: Pictures, file: File, progress: (percent: number) => void, signal?: AbortSignal): Promise<TLImageAsset> {
  const size = await MediaHelpers.getImageSize(file).catch((error: unknown) => {
    throw new Error('It cannot be shown: it may be damaged.', { cause: error })
  })
  let told = 0
  const src = await pictures.send(file, part => {
    // Every fifth: whoever listens to the sentences should not hear a hundred.
    const percent = Math.floor(part * 5) * 20
    if (percent > told && percent < 100) progress(percent)
    told = Math.max(told, percent)
  }, signal)
  const isAnimated = await MediaHelpers.isAnimated(file)
  // The name of somebody's file stays with them.
  const props = { src, w: Math.max(1, size.w), h: Math.max(1, size.h), name: '', mimeType: file.type, isAnimated, fileSize: file.size }
  return AssetRecordType.create({ id: src as TLAssetId, type: 'image', props }) as TLImageAsset
}

function put(editor: Editor, sent: readonly TLImageAsset[], at: VecLike): number {
  const sized = sent.map(asset => {
    const scale = Math.min(1, longest / Math.max(asset.props.w, asset.props.h))
    return { asset, id: createShapeId(newId()), w: Math.max(1, asset.props.w * scale), h: Math.max(1, asset.props.h * scale) }
  })
  if (sized.length === 0) return 0
  let x = at.x - (sized.reduce((sum, { w }) => sum + w + gap, 0) - gap) / 2
  editor.markHistoryStoppingPoint('pictures')
  editor.run(() => {
    editor.createAssets(sent.filter(({ id, props }) => editor.getAsset(id)?.props.src !== props.src))
    for (const { asset, id, w, h } of sized) {
      editor.createShape({ id, type: 'image', x, y: at.y - h / 2, props: { assetId: asset.id, w, h } })
      x += w + gap
    }
    editor.select(...sized.map(({ id }) => id))
  })
  return sized.length
}

/**
 * A picture that comes with pasted shapes is sent as any other. Where that fails, says why and takes its shapes away, since a
 * frame without a picture helps nobody; and throws, so that tldraw leaves it at that.
 */
export async function sendPasted(editor: Editor, pictures: Pictures, file: File, id: TLAssetId): Promise<TLImageAsset> {
  try {
    const closed = pictures.closed()
    if (closed) throw new Error(closed)
    return { ...(await sendPicture(pictures, file, () => undefined)), id }
  } catch (error) {
    const shapes = editor.getCurrentPageShapes().filter(shape => shape.type === 'image' && shape.props.assetId === id)
    editor.run(() => editor.deleteShapes(shapes).deleteAssets([id]), { history: 'ignore', ignoreShapeLock: true })
    say(editor, `A pasted picture was left out. ${sentenceOf(error)}`)
    throw error
  }
}
