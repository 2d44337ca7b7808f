internal import Glibc

/// Names of this machine's users.
package enum UserName {
  /// The user's name; nil where the number has none.
  package static func known(_ id: UInt32) -> String? {
    var (entry, buffer) = (passwd(), [CChar](repeating: 0, count: 4096))
    var found: UnsafeMutablePointer<passwd>?
    guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return entry.pw_name.map { String(cString: $0) }
  }

  /// The user's name, or `uid 1000`: for records.
  package static func of(_ id: UInt32) -> String { known(id) ?? "uid \(id)" }
}
