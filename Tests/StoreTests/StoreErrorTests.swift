import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct StoreErrorTests {
  private static let entity = Result { try EntityName(.model, project: "flights", name: "delay") }
  private static let digest = Digest(of: Array("abc".utf8))

  @Test("a message says what is wrong, where, and what to do")
  func messages() throws {
    let (entity, digest) = (try Self.entity.get(), Self.digest)
    let pack: FilePath = "Store/packs/ab.pack"
    let errors: [StoreError] = [
      .noStore("Store"),
      .unknownFormat("Store/format", found: "nightshift-store 2"),
      .missingBlob(digest),
      .damagedBlob(digest, found: Digest(of: []), pack: pack),
      .damagedPack(pack, reason: "its end is missing"),
      .damagedManifest(digest, reason: "bytes follow its end"),
      .damagedRecord("Store/audit/log.ndjson", reason: "line 3 does not continue the chain"),
      .invalidPath("../x", reason: "it leaves its folder by `..`"),
      .invalidName("A"),
      .unknownVersion(entity, "v9"),
      .expiredVersion(entity, number: 3, at: "2013-05-01T02:00:00Z", why: "retention of models: last 5"),
      .aliasMoved(entity, alias: "champion", expected: 1, found: nil),
      .refusedArchive("a.zip", entry: "../x", reason: "it leaves its folder by `..`"),
      .unreadableArchive("a.zip", reason: "it is of no known kind"),
      .unwritableArchive("a.tar.xz", reason: "out of memory"),
      .nothingToStore("a.zip holds no file"),
      .busy("another collection is at work"),
      .disk(.notRegular(path: "a.csv")),
    ]
    #expect(errors.map(\.description).joined(separator: "\n") == Self.golden)
  }

  private static let golden = """
    Store holds no store: run `nightshift init` in the site's folder first
    Store/format says “nightshift-store 2”, which this version of nightshift does not know: use the version that wrote \
    it, or a newer one
    the store has no content sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad: run `nightshift \
    store check` to see what depends on it
    Store/packs/ab.pack should hold ba7816bf8f01 but the bytes hash to e3b0c44298fc: restore the pack from a copy, or \
    run the step that made it again
    Store/packs/ab.pack is damaged (its end is missing): restore it from a copy
    the manifest ba7816bf8f01 cannot be read: bytes follow its end
    Store/audit/log.ndjson cannot be read: line 3 does not continue the chain; restore it from a copy
    the path “../x” cannot be stored: it leaves its folder by `..`
    “A” is no name: use at most 100 lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit
    there is no model version flights/delay@v9
    flights/delay@v3 expired on 2013-05-01 (retention of models: last 5): name a version that is kept
    delay@champion moved meanwhile: it should be at v1 but is at no version
    a.zip: the entry “../x” is refused: it leaves its folder by `..`
    a.zip cannot be read as an archive: it is of no known kind
    a.tar.xz cannot be written as an archive: out of memory
    a.zip holds no file
    another collection is at work
    a.csv is not a regular file: links, pipes and devices are not followed; copy the file itself here
    """
}
