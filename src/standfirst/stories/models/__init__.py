from standfirst.stories.models.article import Article, ArticleQuerySet, Byline, Source, StoryType
from standfirst.stories.models.correction import Correction
from standfirst.stories.models.desk import Desk
from standfirst.stories.models.edition import Edition, Newsroom, site_root
from standfirst.stories.models.furniture import FurnitureVersion
from standfirst.stories.models.information import InformationPage
from standfirst.stories.models.listing import ListedStory
from standfirst.stories.models.nameplate import AiCrawlers, NewsroomSettings, SocialLink
from standfirst.stories.models.people import Contributor, ContributorIndex, ContributorLink, Role
from standfirst.stories.models.pick import Pick
from standfirst.stories.models.picture import Picture, Rendition
from standfirst.stories.models.section import Section
from standfirst.stories.models.subjects import Thread, ThreadEvent, ThreadIndex, Topic, TopicIndex
from standfirst.stories.models.workflow import EditingTask, LegalTask, ReadyTask

__all__ = [
    "AiCrawlers",
    "Article",
    "ArticleQuerySet",
    "Byline",
    "Contributor",
    "ContributorIndex",
    "ContributorLink",
    "Correction",
    "Desk",
    "EditingTask",
    "Edition",
    "FurnitureVersion",
    "InformationPage",
    "LegalTask",
    "ListedStory",
    "Newsroom",
    "NewsroomSettings",
    "Pick",
    "Picture",
    "ReadyTask",
    "Rendition",
    "Role",
    "Section",
    "SocialLink",
    "Source",
    "StoryType",
    "Thread",
    "ThreadEvent",
    "ThreadIndex",
    "Topic",
    "TopicIndex",
    "site_root",
]
