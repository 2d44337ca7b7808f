@testable import Store
import Testing

@Suite struct StoreSessionTests {
  @Test("what a collection took meanwhile is looked at again, and what stays missing is missing", arguments: 0..<4)
  func looksAgain(misses: Int) throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    var looks = 0
    let found = Result {
      try store.besideCollections {
        looks += 1
        if looks <= misses { throw StoreError.missingBlob(Digest(of: [])) }
      }
    }
    #expect((try? found.get()) != nil || misses == 3)
    #expect(looks == min(misses + 1, 3))
  }
}
