using GspMl.ML.Schema;
using Microsoft.ML;

namespace GspMl.ML.Tests.Schema;

public class SchemaShapesTests
{
    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void A_promised_column_takes_the_place_of_one_of_its_name()
    {
        var shape = SchemaShapes.Of(ml.Vectors([[1, 2, 3]]).Schema);
        var before = shape.Select(column => column.Name).Order();
        Assert.Equal(before, shape.With([SlotNames.PromisedVector("Features", named: false)]).Select(column => column.Name).Order());
        var after = shape.With([SlotNames.PromisedVector("New", named: false)]).Select(column => column.Name).Order();
        Assert.Equal(before.Append("New").Order(), after);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_promise_says_whether_there_are_slot_names(bool named)
    {
        var column = SchemaShapes.Of(ml.Vectors([[1, 2, 3]]).Schema).With([SlotNames.PromisedVector("New", named)])
            .Single(column => column.Name == "New");
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, column.Kind);
        Assert.Equal(named, SlotNames.Promised(column));
    }

    [Fact]
    public void Slot_names_are_read_as_they_are_written()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns([SlotNames.SingleVector("Named", 2, ["a", "b"]), SlotNames.SingleVector("Unnamed", 2, [])]);
        var schema = builder.ToSchema();
        Assert.Equal(["a", "b"], SlotNames.Read(schema["Named"]));
        Assert.Empty(SlotNames.Read(schema["Unnamed"]));
    }

    [Fact]
    public void A_column_that_does_not_fit_is_named_with_its_type_and_the_size_wanted()
    {
        var schema = ml.Vectors([[1, 2, 3]]).Schema;
        Assert.Equal(3, schema.RequireSingleVector("Features", 3).VectorSize());
        Assert.Contains("'Other'", Assert.Throws<ArgumentOutOfRangeException>(() => schema.RequireSingleVector("Other")).Message);
        Assert.Contains("'Number'", Assert.Throws<ArgumentOutOfRangeException>(() => schema.RequireSingleVector("Number")).Message);
        var size = Assert.Throws<ArgumentOutOfRangeException>(() => schema.RequireSingleVector("Features", 4)).Message;
        Assert.Contains("4 values", size);
        Assert.Contains("Vector<Single, 3>", size);
    }
}
