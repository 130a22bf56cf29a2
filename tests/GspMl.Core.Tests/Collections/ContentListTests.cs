using GspMl.Collections;

namespace GspMl.Core.Tests.Collections;

public sealed class ContentListTests
{
    [Fact]
    public void Lists_of_the_same_entries_are_equal()
    {
        var (one, other) = (ContentList.Of<int>([1, 2, 3]), ContentList.Of<int>(new List<int> { 1, 2, 3 }));
        Assert.True(one.Equals(other));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.False(one.Equals(ContentList.Of<int>([1, 2, 4])));
        Assert.False(one.Equals(ContentList.Of<int>([1, 2])));
        Assert.Null(ContentList.Of<int>(null));
        Assert.Same(one, ContentList.Of(one));
    }

    [Fact]
    public void Long_lists_are_told_by_their_first_entries()
    {
        Assert.Equal("[1, 2]", ContentList.Of<int>([1, 2]).ToString());
        Assert.Equal("[0, 1, 2, 3, 4, 5, 6, 7, …]", ContentList.Of<int>([.. Enumerable.Range(0, 9)]).ToString());
    }
}
