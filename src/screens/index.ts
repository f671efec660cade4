/** The screens drawn with Ink: all that loads React. The build keeps it in a file of its own, which scripted mode never reads. */

export {runWizard} from './run-wizard.tsx'
export {askWhatToUndo} from './undo/run-undo.tsx'
