/** How the engine writes a value that only the update will know (plugin.UnknownStringValue). */
export const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
