package import Disk
package import SystemPackage

/// What can be wrong with a store, or with what is put into it.
package enum StoreError: Error, Equatable, Sendable {
  case disk(DiskError)
  /// The folder holds no store.
  case noStore(FilePath)
  /// A newer tool wrote it, or something that is no store.
  case unknownFormat(FilePath, found: String)
  case missingBlob(Digest)
  /// The bytes of a blob do not hash to its name.
  case damagedBlob(Digest, found: Digest, pack: FilePath)
  case damagedPack(FilePath, reason: String)
  case damagedManifest(Digest, reason: String)
  case damagedRecord(FilePath, reason: String)
  case invalidPath(String, reason: String)
  case invalidName(String)
  case unknownVersion(EntityName, String)
  /// The retention rules ended it.
  case expiredVersion(EntityName, number: Int, at: String, why: String)
  /// Somebody else moved the alias first.
  case aliasMoved(EntityName, alias: String, expected: Int?, found: Int?)
  /// Something is where a version is to be checked out.
  case occupied(FilePath)
  /// A folder that a version is to be checked out into holds what no version holds.
  case foreignFiles(FilePath, String)
  /// An archive that must not be unpacked.
  case refusedArchive(FilePath, entry: String, reason: String)
  case unreadableArchive(FilePath, reason: String)
  case unwritableArchive(FilePath, reason: String)
  /// No content, or content that cannot be one blob: the whole sentence.
  case nothingToStore(String)
  /// Somebody else is at what only one may do at a time: the whole sentence.
  case busy(String)
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .disk(let error): "\(error)"
    case .noStore(let path): "\(path) holds no store: run `nightshift init` in the site's folder first"
    case .unknownFormat(let path, let found):
      "\(path) says “\(found)”, which this version of nightshift does not know: use the version that wrote it, or a newer one"
    case .missingBlob(let digest):
      "the store has no content \(digest): run `nightshift store check` to see what depends on it"
    case .damagedBlob(let digest, let found, let pack):
      "\(pack) should hold \(digest.short) but the bytes hash to \(found.short): restore the pack from a copy, or run the step that made it again"
    case .damagedPack(let path, let reason): "\(path) is damaged (\(reason)): restore it from a copy"
    case .damagedManifest(let digest, let reason): "the manifest \(digest.short) cannot be read: \(reason)"
    case .damagedRecord(let path, let reason): "\(path) cannot be read: \(reason); restore it from a copy"
    case .invalidPath(let path, let reason): "the path “\(path)” cannot be stored: \(reason)"
    case .invalidName(let name):
      "“\(name)” is no name: use at most 100 lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit"
    case .unknownVersion(let entity, let selector):
      "there is no \(entity.kind.rawValue) version \(entity.project)/\(entity.name)@\(selector)"
    case .expiredVersion(let entity, let number, let at, let why):
      "\(entity.project)/\(entity.name)@v\(number) expired on \(at.prefix(10)) (\(why)): name a version that is kept"
    case .aliasMoved(let entity, let alias, let expected, let found):
      "\(entity.name)@\(alias) moved meanwhile: it should be at \(versionText(expected)) but is at \(versionText(found))"
    case .occupied(let path):
      "\(path) is there already: choose a new folder, or make this one the version with `--update`"
    case .foreignFiles(let folder, let path):
      "\(folder) holds “\(path)”, which a checkout would remove though no version can hold it (hidden, or a link): move it away, or choose another folder"
    case .refusedArchive(let path, let entry, let reason): "\(path): the entry “\(entry)” is refused: \(reason)"
    case .unreadableArchive(let path, let reason): "\(path) cannot be read as an archive: \(reason)"
    case .unwritableArchive(let path, let reason): "\(path) cannot be written as an archive: \(reason)"
    case .nothingToStore(let what), .busy(let what): what
    }
  }
}

private func versionText(_ number: Int?) -> String { number.map { "v\($0)" } ?? "no version" }

/// Runs `body`, turning a fault of the disk into one of the store.
func onDisk<Value: ~Copyable>(_ body: () throws(DiskError) -> Value) throws(StoreError) -> Value {
  do { return try body() } catch { throw .disk(error) }
}
