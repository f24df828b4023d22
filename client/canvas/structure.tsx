import type { ReactNode } from 'react'
import {
  BaseFrameLikeShapeUtil,
  Ellipse2d,
  type Geometry2d,
  Group2d,
  Rectangle2d,
  resizeBox,
  type TLResizeInfo,
  type TLShape,
  type TLShapeUtilConstructor,
} from 'tldraw'
import { type Structure } from '../../shared/board.ts'
import { isMethod, type MethodName, methodOf, methods } from '../../shared/methods/index.ts'
import { recordIdOf } from '../sync/codec.ts'
import { isStructureShape, structureProps, type StructureShape } from '../sync/shapes.ts'
import { useModel } from './board-context.ts'
import { exported } from './exported.tsx'
import { GridFace } from './grid.tsx'
import { SheetFace } from './sheet.tsx'
import { TensionFace } from './tension.tsx'
import { TimelineFace } from './timeline.tsx'
import { WheelFace } from './wheel.tsx'
import './structure.css'

/** What a structure's drawing is given. */
export interface FaceProps {
  readonly structure: Structure
}

interface Face {
  readonly draw: (props: FaceProps) => ReactNode
  /** Round ones are grabbed by their edge, others by their edge and by a strip along the top. */
  readonly round?: true
  /** Height of that strip, in board units. */
  readonly handle: number
  readonly least: { readonly w: number; readonly h: number }
}

/** A method without a drawing of its own is a sheet with its title. */
const sheet: Face = { draw: SheetFace, handle: 44, least: { w: 320, h: 200 } }

const faces: Readonly<Partial<Record<MethodName, Face>>> = {
  wheel: { draw: WheelFace, round: true, handle: 0, least: { w: 900, h: 720 } },
  timeline: { draw: TimelineFace, handle: 60, least: { w: 760, h: 420 } },
  tension: { draw: TensionFace, handle: 44, least: { w: 520, h: 160 } },
  grid: { draw: GridFace, handle: 44, least: { w: 480, h: 240 } },
}

const faceOf = (name: MethodName): Face => faces[name] ?? sheet

/**
 * Furniture with meaning: cards dropped on it belong to it. Structures never lie inside one another, so that two people who
 * move them at once can never put each into the other.
 */
abstract class StructureUtil extends BaseFrameLikeShapeUtil<StructureShape> {
  static override props = structureProps
  protected abstract get name(): MethodName

  override getDefaultProps(): StructureShape['props'] {
    const { w, h, ...fields } = methodOf(this.name).defaults
    return { w, h, fields } as StructureShape['props']
  }
  override getGeometry({ props: { w, h } }: StructureShape): Geometry2d {
    const { round, handle } = faceOf(this.name)
    if (round) return new Ellipse2d({ width: w, height: h, isFilled: false })
    return new Group2d({
      children: [new Rectangle2d({ width: w, height: h, isFilled: false }), new Rectangle2d({ width: w, height: handle, isFilled: true, isLabel: true })],
    })
  }
  override canReceiveNewChildrenOfType(shape: StructureShape, type: TLShape['type']) {
    return !shape.isLocked && !isMethod(type) && type !== 'frame' && type !== 'group'
  }
  override getClipPath() {
    return undefined
  }
  override shouldClipChild() {
    return false
  }
  override hideRotateHandle() {
    return true
  }
  override canEdit() {
    return false
  }
  override canBind() {
    return false
  }
  override onResize(shape: StructureShape, info: TLResizeInfo<StructureShape>) {
    const { least } = faceOf(this.name)
    return resizeBox(shape, info, { minWidth: least.w, minHeight: least.h })
  }
  override getText({ props: { fields } }: StructureShape) {
    return typeof fields['title'] === 'string' ? fields['title'] : ''
  }
  override getAriaDescriptor(shape: StructureShape) {
    return `${methodOf(this.name).title}${this.getText(shape) ? `: ${this.getText(shape)}` : ''}`
  }
  override getIndicatorPath({ props: { w, h } }: StructureShape) {
    const path = new Path2D()
    if (faceOf(this.name).round) path.ellipse(w / 2, h / 2, w / 2, h / 2, 0, 0, 2 * Math.PI)
    else path.rect(0, 0, w, h)
    return path
  }
  override toSvg(shape: StructureShape) {
    return exported(shape.props.w, shape.props.h, <StructureFace shape={shape} />)
  }
  override component(shape: StructureShape) {
    return <StructureFace shape={shape} />
  }
}

function StructureFace({ shape }: { shape: StructureShape }) {
  const model = useModel()
  const structure = model.structure(recordIdOf(shape.id))
  const Draw = faceOf(shape.type).draw
  return structure ? <Draw structure={structure} /> : null
}

/** One shape util a method: adding a method is a file and a line in the registry; a drawing of its own can be added here. */
export const structureUtils = (Object.keys(methods) as MethodName[]).map(
  name =>
    class extends StructureUtil {
      static override type = name
      protected get name() {
        return name
      }
    } as unknown as TLShapeUtilConstructor<StructureShape>,
)

export { isStructureShape }
