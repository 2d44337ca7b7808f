/// Finds paths that are one on a file system that does not tell upper case from lower, or two spellings of one letter
/// apart, as those of macOS and Windows: there one file would overwrite the other.
struct NameClashes {
  private var files: [String: RelativePath] = [:]
  private var folders: [String: RelativePath] = [:]

  /// Takes the next path; gives the earlier one that it is at odds with. Two folders are not: they become one.
  mutating func add(_ path: RelativePath) -> RelativePath? {
    let key = Self.folded(path)
    if let other = files.updateValue(path, forKey: key) ?? folders[key], other != path { return other }
    var next = path.folder
    while let folder = next {
      let key = Self.folded(folder)
      if let other = files[key], other != folder { return other }
      // Above a folder that is known already, all are.
      guard folders[key] == nil else { break }
      folders[key] = folder
      next = folder.folder
    }
    return nil
  }

  /// Strings are equal however their letters are composed; case goes by way of the upper one, so that ß is ss.
  private static func folded(_ path: RelativePath) -> String { path.text.uppercased().lowercased() }
}
