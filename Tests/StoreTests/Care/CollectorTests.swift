import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct CollectorTests {
  @Test("what no version needs goes; what one needs stays and reads whole")
  func collects() throws {
    let store = try CollectionFixture()
    for seeds in [[1, 2], [2, 3], [4]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let report = try store.collect()
    // The pack of v1 is rewritten for the file that v2 shares with it.
    #expect(report.condemned.count == 1 && report.removed.count == 1)
    #expect(report.unneededBytes > 20_000)
    let opened = try store.fixture.open()
    #expect(try opened.check(.readData).isClean)
    try store.readAll(opened)
    #expect(throws: StoreError.self) { try opened.blob(Digest(of: noise(20_000, seed: 1))) }
  }

  @Test("a second collection right after the first changes nothing")
  func settles() throws {
    let store = try CollectionFixture()
    for seeds in [[1, 2, 3], [3, 4], [5]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    try store.collect()
    let plan = FaultPlan(.stop, at: .max)
    let report = try store.collect(Disk(faults: plan))
    #expect(plan.operationCount == 0)
    #expect(report.condemned.count + report.removed.count + report.waiting.count == 0)
    #expect(report.unneededBytes == 0)
  }

  @Test("a plan says what a collection does, and changes nothing")
  func plans() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let plan = FaultPlan(.stop, at: .max)
    let opened = try store.fixture.open(Disk(faults: plan))
    let planned = try Collector(opened, graceSeconds: 0, now: .max / 2).plan(try store.roots(opened))
    #expect(plan.operationCount == 0)
    let done = try store.collect()
    #expect(planned.condemned == done.condemned && planned.unneededBytes == done.unneededBytes)
    #expect(planned.condemned.count == 1)
  }

  @Test("nothing young is condemned, and nothing condemned goes before its grace is over")
  func grace() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let day = 86_400
    let now = Int(Disk.now() / 1_000_000_000)
    #expect(try store.collect(graceSeconds: day, now: now).condemned.count == 0)
    #expect(try store.collect(graceSeconds: day, now: now + day + 60).condemned.count == 1)
    let early = try store.collect(graceSeconds: day, now: now + 2 * day)
    #expect(early.waiting.count == 1 && early.removed.count == 0)
    #expect(try store.collect(graceSeconds: day, now: now + 2 * day + 120).removed.count == 1)
  }

  @Test("a session that began before a pack was condemned may build on it: it is spared")
  func olderSession() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let opened = try store.fixture.open()
    let published = try withSession(opened) {
      // Knows the pack of v1, and builds on it while a collection runs.
      _ = try opened.contains(Digest(of: []))
      let during = try store.collect()
      #expect(during.condemned.count == 1 && during.removed.count == 0)
      return try store.publish([1], in: try store.fixture.open())
    }
    #expect(published.number == 3)
    let after = try store.collect()
    #expect(after.removed.count == 1)
    try store.readAll(try store.fixture.open())
    #expect(try store.fixture.open().check(.readData).isClean)
  }

  @Test("a writer that began before a pack was condemned and relied on it has its content kept")
  func olderWriter() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let opened = try store.fixture.open()
    try withSession(opened) {
      let writer = try StoreWriter(opened)
      let file = try writer.addFile(try RelativePath("f1"), noise(20_000, seed: 1))
      let digest = try writer.put(try Manifest([file]))
      #expect(try store.collect().condemned.count == 1)
      try writer.finish()
      _ = try opened.refs.publish(
        Refs.Publication(
          digest: digest, description: nil, key: "late", at: "2013-04-01T02:00:00Z", run: nil, step: nil),
        as: store.entity)
    }
    let after = try store.collect()
    #expect(after.spared.count == 1 && after.removed.count == 0)
    try store.readAll(try store.fixture.open())
  }

  @Test("a session that began after a pack was condemned stores its content anew")
  func youngerWriter() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    // This process knows the pack already, from before.
    let opened = try store.fixture.open()
    try store.readAll(opened)
    let during = try withSession(opened) { try store.collect() }
    #expect(during.condemned.count == 1 && during.removed.count == 0)
    try store.publish([1], in: opened)
    #expect(try store.collect().removed.count == 1)
    try store.readAll(opened)
    #expect(try store.fixture.open().check(.readData).isClean)
  }

  @Test("a reader whose pack went finds the content where it is now")
  func reader() throws {
    let store = try CollectionFixture()
    try store.publish([1, 2, 3])
    try store.publish([3])
    let opened = try store.fixture.open()
    _ = try opened.contains(Digest(of: []))
    try store.expire(1)
    #expect(try store.collect().rewritten.count == 1)
    try store.readAll(opened)
  }

  @Test("a process whose index is older than a collection does not build on what went")
  func staleIndex() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    let opened = try store.fixture.open()
    _ = try opened.contains(Digest(of: []))
    try store.expire(1)
    #expect(try store.collect().removed.count == 1)
    try store.publish([1], in: opened)
    try store.readAll(try store.fixture.open())
  }

  @Test("a lost list of condemned packs delays their end, and endangers nothing")
  func lostList() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let opened = try store.fixture.open()
    try withSession(opened) {
      #expect(try store.collect().condemned.count == 1)
      try Disk().removeTree(store.fixture.root.appending("store/index"))
      // Without the list the pack is built on again.
      try withSession(opened) {
        try Disk().makeDirectory(store.fixture.root.appending("store/index"))
        let again = try store.collect()
        #expect(again.condemned.count == 1 && again.removed.count == 0)
      }
    }
    #expect(try store.collect().removed.count == 1)
    try store.readAll(try store.fixture.open())
  }

  @Test("a table of many packs that is older than a collection misleads nobody")
  func staleTable() throws {
    let store = try CollectionFixture()
    let opened = try store.fixture.open()
    // So many that they get one table.
    for number in 0..<40 { try opened.put(Array("blob \(number)".utf8)) }
    #expect(Disk().exists(store.fixture.root.appending("store/index/all.index")))
    #expect(try store.collect().removed.count == 40)
    #expect(try !store.fixture.open().contains(Digest(of: Array("blob 1".utf8))))
    for again in [opened, try store.fixture.open()] {
      try again.put(Array("blob 1".utf8))
      #expect(try store.fixture.open().blob(Digest(of: Array("blob 1".utf8))) == Array("blob 1".utf8))
      try store.collect()
    }
  }

  @Test("a pack that went while it is still listed as condemned does not come back under its name")
  func salted() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    let first = Set(try Disk().list(store.packs).map(\.name))
    try store.expire(1)
    let opened = try store.fixture.open()
    try store.readAll(opened)
    try withSession(opened) { _ = try store.collect() }
    // As a death leaves it between the removal and the list without the pack.
    let list = try opened.generations.refresh()
    for pack in list.packs { try Disk().remove(store.packs.appending(pack.name + ".pack")) }
    #expect(throws: StoreError.missingBlob(Digest(of: noise(20_000, seed: 1)))) {
      try opened.blob(Digest(of: noise(20_000, seed: 1)))
    }
    try store.publish([1], in: opened)
    let added = try Disk().list(store.packs).map(\.name).filter { !first.contains($0) }
    #expect(added.count == 1)
    try store.collect()
    try store.readAll(try store.fixture.open())
  }

  @Test("on a full disk what needs no copy goes, and makes room")
  func fullDisk() throws {
    let store = try CollectionFixture()
    for seeds in [[1, 2, 3], [3], [4]] as [[UInt64]] { try store.publish(seeds) }
    for number in [1, 2] { try store.expire(number) }
    try store.publish([3, 5])
    // The first change is the pack that the one needed file of v1 would be copied to.
    let report = try store.collect(Disk(faults: FaultPlan(.fail(.noSpace), at: 0)))
    #expect(report.rewritten.count == 0 && report.removed.count == 1)
    #expect(try store.collect().rewritten.count == 1)
    try store.readAll(try store.fixture.open())
  }

  @Test("on a disk that stays full what is due goes, and a copy that fails leaves nothing", arguments: 0..<12)
  func fullForLong(operation: Int) throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2, 3, 4], [3]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let opened = try store.fixture.open()
    #expect(try withSession(opened) { try store.collect().condemned.count } == 1)
    // Now sparse, and too young to be dead.
    try store.expire(2)
    let leftover = store.fixture.root.appending("store/tmp/.tmp-1.pack")
    try Disk().replace(leftover, with: [1])
    #expect(throws: StoreError.self) { try store.collect(Disk(faults: FaultPlan(.full, at: operation))) }
    #expect(try Disk().list(store.packs).count <= 2)
    #expect(try Disk().list(store.fixture.root.appending("store/tmp")).isEmpty)
    try store.readAll(opened)
    #expect(try store.collect().rewritten.count <= 1)
    try store.readAll(try store.fixture.open())
  }

  @Test("a pack that is cut off wins over no whole one: nothing is removed")
  func cutOff() throws {
    let store = try CollectionFixture()
    let opened = try store.fixture.open()
    let (shared, other) = (noise(9000, seed: 1), noise(2000, seed: 2))
    let digest = try opened.put(shared)[0]
    let first = try Disk().list(store.packs).map(\.name)
    opened.index.condemn([try #require(first.first.map { String($0.dropLast(5)) })])
    try opened.put(shared, other)
    let path = store.packs.appending(first[0])
    try Disk().replace(path, with: Array(try Disk().read(path).prefix(3000)))
    let roots = [Root(digest, .blob, .required)]
    #expect(throws: StoreError.self) {
      try Collector(opened, graceSeconds: 0, now: .max / 2).collect { roots }
    }
    #expect(try Disk().list(store.packs).count == 2)
  }

  @Test("a pack whose one needed blob has no bytes stays")
  func emptyBlob() throws {
    let store = try CollectionFixture()
    let opened = try store.fixture.open()
    let digest = try opened.put([])[0]
    let roots = [Root(digest, .blob, .required)]
    #expect(try Collector(opened, graceSeconds: 0, now: .max / 2).collect { roots }.removed.count == 0)
    #expect(try store.fixture.open().blob(digest) == [])
  }

  @Test(
    "numbers in the list that no collection writes make it no list",
    arguments: [
      (1, -1, 1), (1, 0, 0), (1, 0, 2), (.max, 0, 1), (-1, 0, -1), ((1 << 53) + 1, 0, 1),
    ] as [(Int, Int, Int)])
  func oddList(generation: Int, at: Int, packGeneration: Int) throws {
    var list = CondemnedList()
    list.generation = generation
    list.packs = [CondemnedList.Pack(name: Digest(of: []).hex, at: at, generation: packGeneration)]
    #expect(try CondemnedList(list.encoded()) == nil)
    list = CondemnedList()
    list.generation = 1
    list.packs = [CondemnedList.Pack(name: "../x", at: 0, generation: 1)]
    #expect(try CondemnedList(list.encoded()) == nil)
    list.packs[0].name = Digest(of: []).hex
    #expect(try CondemnedList(list.encoded()) == list)
  }

  @Test("a time far off and a lock of a number that is none do no harm")
  func oddNumbers() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let locks = store.fixture.root.appending("store/locks")
    for number in ["9223372036854775807", "-9223372036854775808", "9007199254740992"] {
      try Disk().replace(locks.appending("writers.\(number)"), with: [])
    }
    let opened = try store.fixture.open()
    var list = CondemnedList()
    list.generation = 1
    let packs = try opened.index.packNames()
    list.packs = packs.map { CondemnedList.Pack(name: $0, at: .max, generation: 1) }
    try opened.generations.write(list)
    #expect(try store.collect(graceSeconds: 60).removed.count == 0)
    try store.publish([3])
    try store.readAll(try store.fixture.open())
  }

  @Test("a process that saw no list does not build on what went by a list that was lost since")
  func goneWithList() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    let opened = try store.fixture.open()
    try store.readAll(opened)
    try store.expire(1)
    #expect(try store.collect().removed.count == 1)
    try Disk().removeTree(store.fixture.root.appending("store/index"))
    try Disk().makeDirectory(store.fixture.root.appending("store/index"))
    try store.publish([1], in: opened)
    try store.readAll(try store.fixture.open())
  }

  @Test("what a writer has begun is left alone while a session of any generation is alive")
  func leftovers() throws {
    let store = try CollectionFixture()
    for seeds in [[1], [2]] as [[UInt64]] { try store.publish(seeds) }
    try store.expire(1)
    let leftover = store.fixture.root.appending("store/tmp/.tmp-1.pack")
    try Disk().replace(leftover, with: [1])
    let opened = try store.fixture.open()
    try withSession(opened) {
      // The generation moves on beside the session.
      #expect(try store.collect().condemned.count == 1)
      try store.fixture.open().sweep()
      #expect(Disk().exists(leftover))
    }
    try withSession(opened) {
      try Disk().removeTree(store.fixture.root.appending("store/index"))
      try store.fixture.open().sweep()
      #expect(Disk().exists(leftover))
    }
    try store.fixture.open().sweep()
    #expect(!Disk().exists(leftover))
  }

  @Test("many small packs become one")
  func merges() throws {
    let store = try CollectionFixture()
    let opened = try store.fixture.open()
    let digests = try (0..<32).map { try opened.put(Array("blob \($0)".utf8))[0] }
    #expect(try Disk().list(store.packs).count == 32)
    let roots = digests.map { Root($0, .blob, .required) }
    let collector = try Collector(opened, graceSeconds: 0, now: .max / 2)
    #expect(try collector.collect { roots }.rewritten.count == 32)
    #expect(try Disk().list(store.packs).count == 1)
    #expect(try collector.collect { roots }.condemned.count == 0)
    #expect(try digests.allSatisfy { try Digest(of: opened.blob($0)) == $0 })
  }

  @Test("a store with a missing blob is not collected from")
  func damaged() throws {
    let store = try CollectionFixture()
    try store.publish([1])
    for name in try Disk().list(store.packs).map(\.name) { try Disk().remove(store.packs.appending(name)) }
    try store.publish([2])
    #expect(throws: StoreError.self) { try store.collect() }
  }

  @Test("of two collections one works and the other is told so")
  func busy() throws {
    let store = try CollectionFixture()
    let lock = try Disk().lock(store.fixture.root.appending("store/locks/gc"))
    defer { lock.keep() }
    #expect(throws: StoreError.self) { try store.collect() }
  }

  private func withSession<Value>(_ store: Store, _ body: () throws -> Value) throws -> Value {
    let session = try StoreSession(store)
    defer { session.keep() }
    return try body()
  }
}
