internal import Glibc

/// Programs by their names.
enum Executable {
  /// Where programs are looked for: this process's PATH, or the usual folders when nothing says where, as under some
  /// crons.
  static var path: String { StepEnvironment.value(of: "PATH") ?? "/usr/local/bin:/usr/bin:/bin" }

  /// The first regular file `name` that may be executed, of the folders in `path` (`A:B:C`); nil when there is none.
  ///
  /// Folders that are not absolute are passed over: what they mean depends on who looks, and from where. Links are kept
  /// as they are, because programs look at the name they were called by: a virtual environment is known by it.
  static func find(_ name: String, path: String = Self.path) -> String? {
    guard !name.isEmpty, !name.contains("/") else { return nil }
    for folder in path.split(separator: ":") where folder.hasPrefix("/") {
      let candidate = "\(folder)/\(name)"
      var status = stat()
      guard stat(candidate, &status) == 0, status.st_mode & 0o170000 == 0o100000, access(candidate, X_OK) == 0 else {
        continue
      }
      return candidate
    }
    return nil
  }

  /// The file behind all links.
  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
