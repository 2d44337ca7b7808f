import Disk
import Foundation
@testable import Store
import SystemPackage

/// A store in a folder of a test's own, removed with it.
final class StoreFixture: Sendable {
  let root: FilePath

  init() throws {
    root = Self.unusedFolder()
    try Store.create(at: root.appending("store"), disk: Disk())
  }

  /// A copy of another's folder, with all that is in it.
  init(copying other: StoreFixture) throws {
    root = Self.unusedFolder()
    try FileManager.default.copyItem(atPath: other.root.string, toPath: root.string)
  }

  /// A short name: suites that open stores a thousand times spend most of their time on paths.
  private static func unusedFolder() -> FilePath {
    FilePath(NSTemporaryDirectory()).appending("ns-" + UUID().uuidString.prefix(13))
  }

  deinit {
    // Quick where nothing is read-only.
    if (try? FileManager.default.removeItem(atPath: root.string)) == nil { try? Disk().removeTree(root) }
  }

  func open(_ disk: Disk = Disk()) throws -> Store { try Store(at: root.appending("store"), disk: disk) }
}

/// Bytes that depend on the seed alone (SplitMix64).
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var state = seed
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    for offset in stride(from: 0, to: count, by: 8) {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      withUnsafeBytes(of: z.littleEndian) {
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[offset..<min(offset + 8, count)])
          .copyBytes(from: $0.prefix(count - offset))
      }
    }
    filled = count
  }
}
