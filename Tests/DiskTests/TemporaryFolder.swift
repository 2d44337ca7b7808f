@testable import Disk
import Foundation
import SystemPackage

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
  let path: FilePath

  init() {
    path = FilePath(NSTemporaryDirectory() + "/nightshift-test-" + UUID().uuidString)
    try? Disk().makeDirectory(path)
  }

  deinit { try? Disk().removeTree(path) }
}
