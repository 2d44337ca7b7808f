import Disk
import Foundation
@testable import Pipeline
import Records
import Store
import SystemPackage
import Testing

@Suite final class TrialJournalTests {
  private let root: FilePath
  private let store: Store
  private let key = Digest(of: Array("key".utf8))

  init() throws {
    root = FilePath(NSTemporaryDirectory()).appending("nightshift-journal-" + UUID().uuidString)
    try Store.create(at: root, disk: Disk())
    store = try Store(at: root, disk: Disk())
  }

  deinit { try? FileManager.default.removeItem(atPath: root.string) }

  private static func trial(_ number: Int) -> TrialsDocument.Trial {
    var trial = TrialsDocument.Trial(number: number, parameters: ["eta": "0.\(number)"], status: .complete)
    trial.value = 1 / Double(number)
    return trial
  }

  private func append(_ numbers: [Int]) throws {
    let journal = try TrialJournal(key, in: store)
    for number in numbers {
      try journal.append(.init(trial: Self.trial(number), seconds: 1, elapsedSeconds: Double(number)))
    }
  }

  private func numbers() throws -> [Int] { try TrialJournal(key, in: store).entries.map(\.trial.number) }

  @Test("cut off at any byte, it has the trials before, and takes the next one after them")
  func tornAnywhere() throws {
    try append([1, 2, 3])
    let path = store.journalPath(key)
    let whole = try store.disk.read(path)
    let ends = whole.indices.filter { whole[$0] == 10 }.map { $0 + 1 }
    for count in 0...whole.count {
      try store.disk.replace(path, with: Array(whole.prefix(count)), durability: .cached)
      let kept = ends.count { $0 <= count }
      try #require(try numbers() == Array(1...3).prefix(kept).map { $0 })
      try append([9])
      try #require(try numbers() == Array(1...3).prefix(kept).map { $0 } + [9])
    }
  }

  @Test("a line of nonsense ends it, and what was after it is gone")
  func nonsense() throws {
    try append([1, 2])
    let path = store.journalPath(key)
    let bytes = try store.disk.read(path)
    try store.disk.replace(path, with: bytes + Array("{\"trial\":\n".utf8) + bytes, durability: .cached)
    #expect(try numbers() == [1, 2])
    #expect(try store.disk.read(path) == bytes)
  }

  @Test("one that another holds is not removed under it, and begun anew it has nothing")
  func held() throws {
    try append([1, 2])
    do {
      let journal = try TrialJournal(key, in: store)
      try TrialJournal.remove(key, in: store)
      #expect(store.disk.exists(store.journalPath(key)))
      #expect(journal.entries.count == 2)
    }
    #expect(try TrialJournal(key, in: store, .anew).entries.isEmpty)
    #expect(try numbers() == [])
  }

  @Test("a lock tells whether its file is still the one of that name")
  func replaced() throws {
    let path = store.journalPath(key)
    try append([1])
    let lock = try store.disk.lock(path)
    #expect(try store.disk.leads(path, to: lock))
    try store.disk.remove(path)
    #expect(!(try store.disk.leads(path, to: lock)))
    try append([2])
    #expect(!(try store.disk.leads(path, to: lock)))
    lock.keep()
  }

  @Test("what it holds is taken for no stray, and goes when the step is done")
  func removed() throws {
    try append([1])
    #expect(try numbers() == [1])
    try TrialJournal.remove(key, in: store)
    try TrialJournal.remove(key, in: store)
    #expect(try numbers() == [])
  }
}
