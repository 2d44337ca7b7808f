/// What is reached from roots: versions' manifests and single blobs that are to stay.
package struct Root: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// All that the manifest names is reached too.
    case manifest
    case blob
  }

  package enum Need: Hashable, Sendable {
    /// A store without it is damaged.
    case required
    /// It stays if it is there: an earlier collection may have taken it.
    case ifPresent
  }

  package var digest: Digest
  package var kind: Kind
  package var need: Need

  package init(_ digest: Digest, _ kind: Kind, _ need: Need) {
    self.digest = digest
    self.kind = kind
    self.need = need
  }
}

/// The blobs that roots reach.
struct Reach {
  /// Of required roots: all of it must be there.
  var required: Set<Digest> = []
  /// Of the others.
  var wanted: Set<Digest> = []

  func contains(_ digest: Digest) -> Bool { required.contains(digest) || wanted.contains(digest) }
}

extension Store {
  /// Follows the roots. Throws ``StoreError/missingBlob(_:)`` and errors of damage where it cannot look further: what a
  /// manifest that cannot be read names is not known, so nothing may be taken for unneeded.
  func reach(from roots: [Root]) throws(StoreError) -> Reach {
    var reach = Reach()
    var hasLooked = false
    for root in Set(roots).sorted(by: { $0.digest < $1.digest }) {
      switch root.need {
      case .required:
        reach.required.insert(root.digest)
        if root.kind == .manifest { try addChunks(of: root.digest, to: &reach.required) }
      case .ifPresent:
        if index.location(of: root.digest, outside: []) == nil {
          // Old runs name many that are gone: one look at the disk finds all that was stored before it was asked for.
          if hasLooked { continue }
          hasLooked = true
          guard try index.location(of: root.digest) != nil else { continue }
        }
        reach.wanted.insert(root.digest)
        if root.kind == .manifest { try addChunks(of: root.digest, to: &reach.wanted) }
      }
    }
    return reach
  }

  private func addChunks(of manifest: Digest, to digests: inout Set<Digest>) throws(StoreError) {
    for file in try self.manifest(manifest).files {
      for chunk in file.chunks { digests.insert(chunk.digest) }
    }
  }

  /// Whether all that the root reaches is stored and will stay while the caller's ``StoreSession`` lasts: whoever
  /// refers to content that it did not store itself asks this first.
  package func keeps(_ root: Root) throws(StoreError) -> Bool {
    guard try keeps(root.digest) else { return false }
    guard root.kind == .manifest else { return true }
    for file in try manifest(root.digest).files {
      for chunk in file.chunks where try !keeps(chunk.digest) { return false }
    }
    return true
  }

  /// Looks for new packs before it says no.
  private func keeps(_ digest: Digest) throws(StoreError) -> Bool {
    guard try index.contains(digest) else { return false }
    return try index.containsKnown(digest)
  }

  /// Stored bytes that each group reaches and neither `kept` nor a group before it does.
  package func exclusiveBytes(of groups: [[Root]], beyond kept: [Root]) throws(StoreError) -> [Int] {
    let reach = try reach(from: kept)
    var seen = reach.required.union(reach.wanted)
    var bytes: [Int] = []
    for group in groups {
      let own = try self.reach(from: group)
      var sum = 0
      for digest in own.required.union(own.wanted) where seen.insert(digest).inserted {
        sum += try index.location(of: digest)?.row.storedBytes ?? 0
      }
      bytes.append(sum)
    }
    return bytes
  }
}
