using System.Buffers;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Contract;

public class VectorGroupTests
{
    [Fact]
    public void A_group_counts_what_is_added_until_it_is_cleared()
    {
        var group = new VectorGroup<float>();
        group.Add(new float[6], VectorLayout.Rows(2, 3));
        group.Add(new float[20], VectorLayout.Columns(5, 4));
        Assert.Equal((7, 26, 2), (group.Vectors, group.Entries, group.Blocks.Count));
        group.Clear();
        Assert.Equal((0, 0, 0), (group.Vectors, group.Entries, group.Blocks.Count));
    }

    [Fact]
    public void Buffers_are_held_in_place_for_as_long_as_a_projection_takes()
    {
        using var memory = new CountedMemory([1, 2, 3, 4, 5, 6]);
        var group = new VectorGroup<double>();
        group.Add(memory.Memory, VectorLayout.Rows(2, 3));
        var projector = new GspProjector<double>();
        projector.Project(group, SparsityTarget.Hoyer(0.5));
        Assert.Equal((1, 0), (memory.Pins, memory.Held));
        Assert.Throws<OperationCanceledException>(() => projector.Project(group, SparsityTarget.Hoyer(0.9), new(canceled: true)));
        Assert.Equal((2, 0), (memory.Pins, memory.Held));
    }

    /// <summary>Memory that knows how often it is pinned.</summary>
    private sealed class CountedMemory(double[] values) : MemoryManager<double>
    {
        public int Pins { get; private set; }

        public int Held { get; private set; }

        public override Span<double> GetSpan() => values;

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            Pins++;
            Held++;
            var pinned = values.AsMemory(elementIndex).Pin();
            unsafe { return new(pinned.Pointer, pinnable: new Both(this, pinned)); }
        }

        public override void Unpin() => Held--;

        protected override void Dispose(bool disposing)
        {
        }

        /// <summary>Releases the array when it is let go itself.</summary>
        private sealed class Both(CountedMemory owner, MemoryHandle array) : IPinnable
        {
            public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException();

            public void Unpin()
            {
                array.Dispose();
                owner.Unpin();
            }
        }
    }
}
