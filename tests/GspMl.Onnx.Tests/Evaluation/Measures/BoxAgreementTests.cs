using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Tests.Evaluation.Measures;

public class BoxAgreementTests
{
    // The first box overlaps by 3 of 4; the second has another class in the candidate, whose third is elsewhere. The baseline's third is
    // too unsure to count.
    [Fact]
    public void Boxes_match_by_class_and_overlap_each_once()
    {
        var dense = Detections(0, 0, 2, 2, 0.9f, 0, 10, 10, 12, 12, 0.8f, 1, 0, 0, 1, 1, 0.1f, 0);
        var pruned = Detections(0, 0, 2, 1.5f, 0.7f, 0, 10, 10, 12, 12, 0.9f, 0, 20, 20, 21, 21, 0.5f, 1);

        var boxes = BoxAgreement.Of(dense, pruned, BoxLayout.Find(dense)!);

        Assert.Equal((2, 3, 1), (boxes.Baseline, boxes.Candidate, boxes.Matched));
        Assert.Equal(0.4, boxes.MatchRate.Value, 1e-12);
        Assert.Equal(0.75, boxes.MeanOverlap!.Value, 1e-12);
        Assert.Equal("left, top, right, bottom, score, class", boxes.Layout);
    }

    [Fact]
    public void A_box_has_one_partner_though_two_would_do()
    {
        var dense = Detections(0, 0, 2, 2, 0.9f, 0, 9, 9, 9, 9, 0, 0, 9, 9, 9, 9, 0, 0);
        var pruned = Detections(0, 0, 2, 2, 0.9f, 0, 0, 0, 2, 1.9f, 0.9f, 0, 9, 9, 9, 9, 0, 0);

        var boxes = BoxAgreement.Of(dense, pruned, BoxLayout.Find(dense)!);

        Assert.Equal((1, 2, 1, 1.0), (boxes.Baseline, boxes.Candidate, boxes.Matched, boxes.MeanOverlap));
    }

    [Fact]
    public void Boxes_without_scores_are_compared_place_by_place()
    {
        var dense = Bare(0, 0, 2, 2, 5, 5, 6, 6);
        var boxes = BoxAgreement.Of(dense, Bare(0, 0, 2, 2, 0, 0, 1, 1), BoxLayout.Find(dense)!);

        Assert.Equal((2, 2, 1, 0.5), (boxes.Baseline, boxes.Candidate, boxes.Matched, boxes.MatchRate.Value));
    }

    [Fact]
    public void No_boxes_agree_with_no_boxes()
    {
        var none = Detections([.. Enumerable.Repeat(0f, 18)]);
        var boxes = BoxAgreement.Of(none, none, BoxLayout.Find(none)!);

        Assert.Equal((0, 1.0, null), (boxes.Matched, boxes.MatchRate.Value, boxes.MeanOverlap));
    }

    [Fact]
    public void A_score_of_anything_multiplies_that_of_the_class()
    {
        // Centre 5, 5, size 2, 4; anything 0.5; classes 0.2 and 0.8.
        var output = new OutputTensor("y", new float[] { 5, 5, 2, 4, 0.5f, 0.2f, 0.8f }, 7) { RowShape = [1, 7] };
        var box = Box.Read(new(output, 1), 0, new(1, BoxForm.Centre, BoxScores.ObjectnessAndClasses))[0];

        Assert.Equal(new(4, 3, 6, 7, 0.4, 1), box with { Score = Math.Round(box.Score, 6) });
    }

    [Fact]
    public void Values_that_are_no_boxes_have_no_layout()
        => Assert.Null(BoxLayout.Find(new("y", new float[] { 1, 2, -3, -4, 5, 6, -7, -8 }, 8) { RowShape = [2, 4] }));

    private static OutputTensor Detections(params float[] values) => new("y", values, 18) { RowShape = [3, 6] };

    private static OutputTensor Bare(params float[] values) => new("y", values, 8) { RowShape = [2, 4] };
}
