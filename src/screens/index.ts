/** The screens drawn with Ink: all that loads React. The build keeps it in a file of its own, which scripted mode never reads. */

export {askWhatToUndo} from './undo/undo-app.tsx'
export {runWizard} from './wizard.tsx'
