import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct QuarantineTests {
  let fixture: StoreFixture
  let store: Store
  private let quarantine: Quarantine
  private let pack: FilePath

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.open()
    quarantine = Quarantine(store)
    pack = store.root.appending("packs/one.pack")
    try store.disk.replace(pack, with: [1])
  }

  @Test("what is taken is kept under its path, and the next of that name beside it")
  func takes() throws {
    #expect(try quarantine.take(pack) == "quarantine/packs/one.pack")
    #expect(try quarantine.take(pack) == nil)
    try store.disk.replace(pack, with: [2])
    #expect(try quarantine.take(pack) == "quarantine/packs/one.pack.1")
    #expect(try store.disk.read(store.root.appending("quarantine/packs/one.pack")) == [1])
  }

  @Test("a good pack that took the name of the damaged one meanwhile is put back")
  func putsBack() throws {
    let damaged = try store.disk.status(of: pack).inode
    try store.disk.replace(pack, with: [2])
    #expect(try quarantine.take(pack, inode: damaged) == nil)
    #expect(try store.disk.read(pack) == [2])
    #expect(try store.disk.list(store.root.appending("quarantine/packs")).isEmpty)
    let good = try store.disk.status(of: pack).inode
    #expect(try quarantine.take(pack, inode: good) == "quarantine/packs/one.pack")
  }
}
