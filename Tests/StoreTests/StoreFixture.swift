import Disk
import Foundation
@testable import Store
import SystemPackage

/// A store in a folder of a test's own, removed with it.
final class StoreFixture: Sendable {
  let root: FilePath

  init() throws {
    root = FilePath(NSTemporaryDirectory() + "/nightshift-store-" + UUID().uuidString)
    try Store.create(at: root.appending("store"), disk: Disk())
  }

  deinit { try? Disk().removeTree(root) }

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
