export default {connectToDevTools() {}}
